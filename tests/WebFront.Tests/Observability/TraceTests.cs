using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ChatOrleans.WebFront.Tests.Realtime;

namespace ChatOrleans.WebFront.Tests.Observability;

/// <summary>One trace shows a message's whole way, from one person's device to all the others', and none of its text.</summary>
[Collection(ListensToSpans)]
public sealed class TraceTests : IDisposable
{
    /// <summary>A listener decides about the spans of every server of the process: those who have one do not run beside each other.</summary>
    public const string ListensToSpans = "listens to spans";

    private const string Secret = "nobody else's words";

    /// <summary>No collector needs to answer: spans are made, and offered to whoever listens in this process.</summary>
    private static readonly (string, string)[] Traced = [("Observability:OtlpEndpoint", "http://127.0.0.1:9"), ("Observability:TraceRatio", "1")];

    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "ChatOrleans" or "Microsoft.Orleans.Application",
            // Whether to sample is the product's own sampler's to say; other servers of this process have none and make nothing recorded.
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AMessagesWay_IsOneTrace(bool overRest)
    {
        using var server = new ChatServer(Traced);
        var room = await server.Room("ada", "grace");
        await using var ada = await SocketDevice.Connect(server, "ada");
        await using var grace = await SocketDevice.Connect(server, "grace");
        await grace.Next("hello");
        await ada.Next("hello");
        if (overRest)
        {
            await server.Post("ada", room, Secret);
        }
        else
        {
            await ada.Do("send_message", room, Secret, "c-1", null);
        }

        await grace.Next("new_message");
        var spans = await Spans(room, spans => spans.Count(span => span.OperationName == "chat.deliver") == 2, "a delivery to both devices");

        var byId = spans.ToDictionary(span => span.SpanId);
        var root = Assert.Single(spans, span => !byId.ContainsKey(span.ParentSpanId));
        Assert.Equal("chat.send", root.OperationName);
        Assert.Equal(
            ["chat.append", "chat.apply", "chat.apply", "chat.deliver", "chat.deliver", "chat.publish", "chat.send"],
            spans.Select(span => span.OperationName).Where(name => name.StartsWith("chat.", StringComparison.Ordinal)).Order());
        Assert.All(spans.Where(span => span.OperationName == "chat.deliver"), span => Assert.Equal("chat.apply", byId[span.ParentSpanId].OperationName));
        Assert.All(spans.SelectMany(span => span.TagObjects), tag => Assert.DoesNotContain(Secret, $"{tag.Value}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ACallersOwnTrace_GoesOn_AndItsDecisionNotToSampleHolds()
    {
        using var server = new ChatServer(Traced);
        var room = await server.Room("ada", "grace");
        await using var grace = await SocketDevice.Connect(server, "grace");
        await grace.Next("hello");
        var (wanted, unwanted) = (ActivityTraceId.CreateRandom(), ActivityTraceId.CreateRandom());
        await Post(server, room, $"00-{unwanted}-{ActivitySpanId.CreateRandom()}-00");
        await Post(server, room, $"00-{wanted}-{ActivitySpanId.CreateRandom()}-01");
        var spans = await Spans(room, spans => spans.Any(span => span.OperationName == "chat.deliver"), "a delivery");
        Assert.All(spans, span => Assert.Equal(wanted, span.TraceId));
        Assert.DoesNotContain(_spans, span => span.TraceId == unwanted && span.Recorded);
    }

    private static async Task Post(ChatServer server, string room, string traceparent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/conversations/{room}/messages") { Content = JsonContent.Create(new { text = Secret }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await server.Token("ada"));
        request.Headers.Add("traceparent", traceparent);
        using var response = await server.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Those of the trace in which the room's message was appended.</summary>
    private async Task<List<Activity>> Spans(string room, Func<List<Activity>, bool> complete, string what)
    {
        List<Activity> found = [];
        return await Eventually.Is(
            () =>
            {
                var recorded = _spans.Where(span => span.Recorded).ToList();
                var trace = recorded.Find(span => span.OperationName == "chat.append" && (string?)span.GetTagItem("chat.conversation_id") == room)?.TraceId;
                found = recorded.FindAll(span => span.TraceId == trace);
                return Task.FromResult(found);
            },
            complete,
            $"{what}; there are {string.Join(", ", found.Select(span => span.OperationName))}");
    }
}
