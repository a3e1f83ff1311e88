using System.Globalization;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Processes;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>The official .NET SignalR client, used as its documentation shows: it reconnects by itself, and then resumes.</summary>
public sealed class HubDevice : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private readonly RestClient _user;
    private readonly Dictionary<string, SortedDictionary<long, string>> _texts = [];
    private readonly Lock _lock = new();
    private readonly List<JsonElement> _events = [];
    private (string Epoch, long Cursor) _position;
    private bool _resuming;

    private HubDevice(Uri server, RestClient user, bool messagePack)
    {
        _user = user;
        var builder = new HubConnectionBuilder()
            .WithUrl(new Uri(server, "/hubs/chat"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(user.Token))
            .WithAutomaticReconnect(new Patient());
        _connection = (messagePack ? builder.AddMessagePackProtocol() : builder).Build();
        if (messagePack)
        {
            _connection.On<object[]>("events", frames => Take(frames.Select(frame => Json(frame))));
        }
        else
        {
            _connection.On<JsonElement[]>("events", Take);
        }

        _connection.Reconnecting += _ =>
        {
            _resuming = true;
            return Task.CompletedTask;
        };
        _connection.Reconnected += _ => Resume();
    }

    public int Resumed { get; private set; }

    public bool IsConnected => _connection.State == HubConnectionState.Connected && Count("hello") > 0;

    public IReadOnlyList<JsonElement> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    public static async Task<HubDevice> Connect(WebFrontProcess server, RestClient user, bool messagePack)
    {
        var device = new HubDevice(server.Http, user, messagePack);
        await device._connection.StartAsync();
        await Wait.Until(() => device.IsConnected, TimeSpan.FromSeconds(60), () => $"a hello for {user.User}");
        return device;
    }

    public int Count(string type)
    {
        lock (_lock)
        {
            return _events.Count(one => one.GetProperty("event_type").GetString() == type);
        }
    }

    /// <summary>Texts of the messages that it has, in the order of the room.</summary>
    public List<string> Texts(string room)
    {
        lock (_lock)
        {
            return _texts.TryGetValue(room, out var texts) ? [.. texts.Values] : [];
        }
    }

    /// <summary>Returns the message's seq.</summary>
    public async Task<long> Send(string room, string text, string clientMessageId)
    {
        var sent = await _connection.InvokeAsync<object>("SendMessage", room, text, clientMessageId, (object?)null);
        return Json(sent).GetProperty("seq").GetInt64();
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private void Take(IEnumerable<JsonElement> frames)
    {
        lock (_lock)
        {
            foreach (var frame in frames)
            {
                _events.Add(frame);
                var type = frame.GetProperty("event_type").GetString();
                if (type == "new_message")
                {
                    Keep(frame);
                }

                // Between a reconnection and the answer to resume, positions are those of a device that begins anew.
                if (_resuming && !(type == "hello" && frame.GetProperty("resumed").GetBoolean()))
                {
                    continue;
                }

                if (frame.TryGetProperty("cursor", out var cursor) && type != "pong")
                {
                    _resuming = false;
                    _position = (type == "hello" ? frame.GetProperty("epoch").GetString()! : _position.Epoch, cursor.GetInt64());
                }
            }
        }
    }

    private async Task Resume()
    {
        (string Epoch, long Cursor) position;
        lock (_lock)
        {
            position = _position;
        }

        var hello = Json(await _connection.InvokeAsync<object>("Resume", position.Cursor, position.Epoch));
        if (!hello.GetProperty("resumed").GetBoolean())
        {
            foreach (var conversation in hello.GetProperty("snapshot").GetProperty("conversations").EnumerateArray())
            {
                var history = await _user.History(conversation.GetProperty("id").GetString()!);
                lock (_lock)
                {
                    history.ForEach(Keep);
                }
            }
        }

        lock (_lock)
        {
            _position = (hello.GetProperty("epoch").GetString()!, Math.Max(_resuming ? 0 : _position.Cursor, hello.GetProperty("cursor").GetInt64()));
            _resuming = false;
        }

        Resumed++;
    }

    private void Keep(JsonElement message)
    {
        var room = message.GetProperty("conversation_id").GetString()!;
        if (!_texts.TryGetValue(room, out var texts))
        {
            _texts[room] = texts = [];
        }

        texts[message.GetProperty("seq").GetInt64()] = message.GetProperty("text").GetString()!;
    }

    private static JsonElement Json(object? result) => result is JsonElement json ? json : JsonSerializer.SerializeToElement(Readable(result));

    /// <summary>MessagePack's maps as JSON would have them.</summary>
    private static object? Readable(object? value) => value switch
    {
        IDictionary<object, object> map => map.ToDictionary(
            entry => Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, entry => Readable(entry.Value)),
        object[] list => list.Select(Readable).ToArray(),
        _ => value,
    };

    private sealed class Patient : IRetryPolicy
    {
        public TimeSpan? NextRetryDelay(RetryContext retryContext) => TimeSpan.FromMilliseconds(200);
    }
}
