using System.Text.Json;
using ChatOrleans.WebFront.Tests.Realtime;
using Xunit.Abstractions;

namespace ChatOrleans.WebFront.Tests.Observability;

/// <summary>
/// What a collector is sent, over the wire. The spans of all servers of a process are sent once one's are, and what the tests of floods make in a
/// moment is more than the exporter keeps: it lets go of some.
/// </summary>
[Collection(Hosting.WhenNoOtherTestRuns.Name)]
public sealed class OtlpTests(ITestOutputHelper output)
{
    private const string Secret = "nobody else's words";

    [Fact]
    public async Task ACollector_IsSentAMessagesWholeWay_AndNoText()
    {
        await using var collector = await OtlpCollector.Start();
        string room;
        using (var server = new ChatServer(("Observability:OtlpEndpoint", collector.Address), ("Observability:TraceRatio", "1")))
        {
            room = await server.Room("ada", "grace");
            await using var grace = await SocketDevice.Connect(server, "grace");
            await grace.Next("hello");
            await server.Post("ada", room, Secret);
            await grace.Next("new_message");
            await Eventually.Is(
                () => Task.FromResult(collector.Spans.ToList()),
                spans => spans.Exists(IsDelivery),
                "the delivery's span");
        }

        // The server has ended, and sent what it still had.
        var spans = collector.Spans.ToList();
        var delivery = spans.Find(IsDelivery)!;
        var way = spans.FindAll(span => span.Trace == delivery.Trace);
        Print(way, parent: way.Single(span => span.Name == "chat.send").Parent, indent: "");
        Assert.All(spans, span => Assert.Equal("chatorleans", span.Service));
        Assert.Equal(
            ["chat.append", "chat.apply", "chat.apply", "chat.deliver", "chat.publish", "chat.send"],
            way.Select(span => span.Name).Where(name => name.StartsWith("chat.", StringComparison.Ordinal)).Order());
        Assert.All(way.Where(span => span.Name != "chat.send"), span => Assert.Contains(way, other => other.Id == span.Parent));
        Assert.DoesNotContain(collector.Raw, text => text.Contains(Secret, StringComparison.Ordinal));

        // All servers of a process are traced once one is: those of other tests too, and a message that was on its way then only in part.
        bool IsDelivery(WireSpan span) => span.Name == "chat.deliver" && span.Conversation == room;
    }

    [Fact]
    public async Task ACollector_IsSentMetrics_AgainAndAgain()
    {
        await using var collector = await OtlpCollector.Start();
        using var server = new ChatServer(("Observability:OtlpEndpoint", collector.Address), ("OTEL_METRIC_EXPORT_INTERVAL", "200"));
        await server.Post("ada", await server.Room("ada", "grace"), Secret);
        await Eventually.Is(
            () => Task.FromResult(collector.Metrics.Count(name => name == "chat.messages")), times => times >= 3, "the third export of a metric");
        Assert.DoesNotContain(collector.Raw, text => text.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ADashboard_ShowsOneMember_WithItsMetrics_AndAMessagesWholeWay()
    {
        await using var dashboard = await AspireDashboard.Start();
        using var server = new ChatServer(
            ("Observability:OtlpEndpoint", dashboard.Collector), ("Observability:TraceRatio", "1"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"));
        var room = await server.Room("ada", "grace");
        await using var grace = await SocketDevice.Connect(server, "grace");
        await grace.Next("hello");
        await server.Post("ada", room, Secret);
        await grace.Next("new_message");

        // Parts of a trace come in lots of their own.
        await Eventually.Is(dashboard.Spans, all => IsWhole(all, room), "the message's way from chat.send to chat.deliver");
        var member = Assert.Single(await Eventually.Is(
            dashboard.Resources, all => all.Exists(one => one.GetProperty("hasMetrics").GetBoolean()), "the metrics"));
        Assert.Equal("chatorleans", member.GetProperty("name").GetString());
        Assert.True(member.GetProperty("hasTraces").GetBoolean());
    }

    [Fact]
    public async Task ACollectorThatIsNotThere_HoldsUpNobody()
    {
        using var server = new ChatServer(("Observability:OtlpEndpoint", "http://127.0.0.1:9"), ("Observability:TraceRatio", "1"));
        var room = await server.Room("ada", "grace");
        await using var grace = await SocketDevice.Connect(server, "grace");
        await grace.Next("hello");
        for (var i = 0; i < 100; i++)
        {
            await server.Post("ada", room, $"message {i}");
            await grace.Next("new_message");
        }
    }

    /// <summary>True where the trace of a delivery in this room has its send too.</summary>
    private static bool IsWhole(List<JsonElement> spans, string room) => spans.Exists(delivery =>
        delivery.GetProperty("name").GetString() == "chat.deliver"
        && delivery.GetProperty("attributes").GetRawText().Contains(room, StringComparison.Ordinal)
        && spans.Exists(send => send.GetProperty("name").GetString() == "chat.send"
            && send.GetProperty("traceId").GetString() == delivery.GetProperty("traceId").GetString()));

    private void Print(List<WireSpan> way, string parent, string indent)
    {
        foreach (var span in way.Where(span => span.Parent == parent))
        {
            output.WriteLine(indent + span.Name);
            Print(way, span.Id, indent + "  ");
        }
    }
}
