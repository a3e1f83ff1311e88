using System.Text.Json.Nodes;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>One connected device, whichever way it is connected: what it received, and what it can ask for.</summary>
public abstract class TestDevice : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<JsonObject> _frames = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All frames so far, in the order in which they came.</summary>
    public IReadOnlyList<JsonObject> Frames
    {
        get
        {
            lock (_gate)
            {
                return [.. _frames];
            }
        }
    }

    /// <summary>Those with a cursor.</summary>
    public IReadOnlyList<JsonObject> Durable => [.. Frames.Where(IsDurable)];

    public static bool IsDurable(JsonObject frame) => (string?)frame["event_type"] is not ("hello" or "pong" or "reply") && frame.ContainsKey("cursor");

    /// <summary>Does one thing and answers its result; null where there is none. Throws <see cref="RefusedException"/>.</summary>
    public abstract Task<JsonNode?> Do(string action, params object?[] arguments);

    public abstract ValueTask DisposeAsync();

    public Task<JsonNode?> Say(string room, string text, string? clientMessageId = null, JsonObject? meta = null) =>
        Do("send_message", room, text, clientMessageId, meta);

    /// <summary>The first frame of this type, now or when it comes.</summary>
    public Task<JsonObject> Next(string eventType, Func<JsonObject, bool>? matching = null, int after = 0) =>
        Await(
            frames => frames.Skip(after).FirstOrDefault(f => (string?)f["event_type"] == eventType && matching?.Invoke(f) != false),
            $"a {eventType} that fits");

    /// <summary>So many messages' events.</summary>
    public async Task<IReadOnlyList<JsonObject>> Messages(int count) => await Await(
        frames => frames.Count(f => (string?)f["event_type"] == "new_message") >= count
            ? frames.Where(f => (string?)f["event_type"] == "new_message").ToList()
            : null,
        $"{count} new_message events");

    public async Task<T> Await<T>(Func<IReadOnlyList<JsonObject>, T?> look, string what)
        where T : class
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            Task more;
            IReadOnlyList<JsonObject> frames;
            lock (_gate)
            {
                (more, frames) = (_more.Task, [.. _frames]);
            }

            if (look(frames) is { } found)
            {
                return found;
            }

            try
            {
                await more.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"Waited for {what}. There were {frames.Count} frames, the last: {string.Join("\n", frames.TakeLast(5).Select(Shortened))}");
            }
        }
    }

    private static string Shortened(JsonObject frame) => frame.ToJsonString() is { Length: > 300 } text ? text[..300] : frame.ToJsonString();

    protected void Received(JsonObject frame)
    {
        lock (_gate)
        {
            if ((string?)frame["event_type"] == "batch")
            {
                _frames.AddRange(frame["events"]!.AsArray().Select(e => e!.DeepClone().AsObject()));
            }
            else
            {
                _frames.Add(frame);
            }

            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

/// <summary>The server refused what was asked for.</summary>
public sealed class RefusedException(string code, string message) : Exception($"{code}: {message}")
{
    public string Code => code;
}
