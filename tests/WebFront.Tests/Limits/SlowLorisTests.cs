using System.Diagnostics;
using ChatOrleans.WebFront.Tests.Realtime;
using Xunit.Abstractions;

namespace ChatOrleans.WebFront.Tests.Limits;

/// <summary>A server whose patience is short enough to be waited for.</summary>
public sealed class ImpatientServer() : ChatServer(
    ("Web:HeadSeconds", "3"), ("Web:IdleSeconds", "4"), ("Web:BodyGraceSeconds", "2"), ("Realtime:HeartbeatSeconds", "2"), ("Realtime:HandshakeSeconds", "3"));

/// <summary>Slow senders of every kind at once, over real connections. Each is cut off in its configured time, and nobody else notices.</summary>
[Collection(Hosting.WhenNoOtherTestRuns.Name)]
public sealed class SlowLorisTests(ImpatientServer server, ITestOutputHelper output) : IClassFixture<ImpatientServer>
{
    private const int OfEach = 20;
    private const double Head = 3;
    private const double Silence = 4;
    /// <summary>In which a close frame may be answered.</summary>
    private const double CloseTime = 3;
    /// <summary>SignalR's own.</summary>
    private const double HubCloseTime = 5;
    /// <summary>Kestrel looks once a second, sessions five times a heartbeat; and the machine has something else to do.</summary>
    private const double Slack = 4;

    private static readonly byte[] s_letter = "a"u8.ToArray();

    [Fact]
    public async Task Slow_OfEveryKind_AreCutOff_AndNobodyElseNotices()
    {
        var room = await server.Room("ada", "grace");
        await using var ada = await SocketDevice.Connect(server, "ada");
        await using var grace = await SocketDevice.Connect(server, "grace");
        await Task.WhenAll(ada.Next("hello"), grace.Next("hello"));
        var usual = await Talk(ada, grace, room, Task.Delay(TimeSpan.FromSeconds(2)));

        var attacks = (await Attacks()).SelectMany(attack => Enumerable.Repeat(attack, OfEach)).ToList();
        var attacking = Task.WhenAll(attacks.Select(async attack => (Attack: attack, Outcome: await attack.Run(server.Address))));
        var lateness = Lateness(attacking);
        var during = await Talk(ada, grace, room, attacking);
        var late = await lateness;

        foreach (var kind in (await attacking).GroupBy(one => one.Attack))
        {
            var (attack, took) = (kind.Key, kind.Select(one => one.Outcome.Took.TotalSeconds).Order().ToList());
            output.WriteLine($"{attack.Name}: {took[0]:0.0} to {took[^1]:0.0} s of {attack.Seconds}, told {string.Join("/", kind.Select(one => one.Outcome.End).Distinct())}");
            Assert.All(kind, one => Assert.True(
                one.Outcome.Took.TotalSeconds - late < attack.Seconds + Slack && one.Outcome.End == attack.End,
                $"{attack}: cut off after {one.Outcome.Took.TotalSeconds:0.0} s of {attack.Seconds} ({late:0.0} s of them the test's own), told {one.Outcome.End} instead of {attack.End}: {one.Outcome.Received}"));
        }

        output.WriteLine($"{attacks.Count} attackers; sends and reads of others: p50 {Of(usual, 0.5)} -> {Of(during, 0.5)} ms, p99 {Of(usual, 0.99)} -> {Of(during, 0.99)} ms");
        Assert.True(during.Count > 20, $"Only {during.Count} sends and reads went through meanwhile.");
        // The 99th percentile of so few is one of the slowest, so it is told and not asserted.
        Assert.True(Of(during, 0.9) < (2 * Of(usual, 0.9)) + 250, $"p90 went from {Of(usual, 0.9)} to {Of(during, 0.9)} ms.");
        Assert.False(ada.Closed.IsCompleted || grace.Closed.IsCompleted);
    }

    private async Task<SlowAttack[]> Attacks()
    {
        var (bearer, socket) = ($"Authorization: Bearer {await server.Token("mallory")}\r\n", Handshake("/ws/notifications/?user_id=mallory"));
        var hub = Handshake($"/hubs/chat?access_token={await server.Token("mallory")}");
        return
        [
            new("a connection without a word", "", null, [], 4, null),
            new("half a request line, then nothing", "GET /api/us", null, [], Head, 408),
            new("a request line, a letter at a time", "GET /api/", null, s_letter, Head, 408),
            new("headers, a letter at a time", $"GET /api/users/me HTTP/1.1\r\nHost: HOST\r\n{bearer}X-Slow: ", null, s_letter, Head, 408),
            new("a handshake that does not end", socket[..^2], null, "X-Slow: a\r\n"u8.ToArray(), Head, 408),
            new("a body, a letter at a time", $"{Post(bearer)}Content-Length: 5000\r\n\r\n{{\"kind\":\"", null, s_letter, 3, 408),
            new("a body in chunks, a letter at a time", $"{Post(bearer)}Transfer-Encoding: chunked\r\n\r\n2\r\n{{\"\r\n", null, "1\r\na\r\n"u8.ToArray(), 3, 408),
            new("a socket without a token, which does not close", Handshake("/ws/notifications/?token=none"), [], [], CloseTime, 4401),
            new("a socket that answers no ping", socket, [], [], Silence + CloseTime, 4408),
            new("a frame that does not end, pings between its parts", socket, SlowAttack.Frame("{", last: false), SlowAttack.Ping, Silence + CloseTime, 4408),
            new("a frame, a letter at a time", socket, SlowAttack.Frame("{\"", claimed: 30_000), s_letter, Silence + CloseTime, 4408),
            new("a hub without a handshake", hub, [], [], 3 + HubCloseTime, 101),
            new("a hub message, a letter at a time", hub, SlowAttack.Frame("{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\""), SlowAttack.Frame("a"), Silence + HubCloseTime, 101),
        ];

        static string Handshake(string path) => $"GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        static string Post(string bearer) => $"POST /api/conversations HTTP/1.1\r\nHost: HOST\r\n{bearer}Content-Type: application/json\r\n";
    }

    /// <summary>Sends over a socket, arrivals at another and reads by REST, one after another until <paramref name="end"/>. Milliseconds, shortest first.</summary>
    private async Task<List<double>> Talk(SocketDevice sender, SocketDevice device, string room, Task end)
    {
        var times = new List<double>();
        var heard = device.Frames.Count(frame => (string?)frame["event_type"] == "new_message");
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!end.IsCompleted && await pace.WaitForNextTickAsync())
        {
            var began = Stopwatch.GetTimestamp();
            await sender.Say(room, "hello");
            await device.Messages(++heard);
            await server.Call("grace", HttpMethod.Get, $"/api/conversations/{room}/messages?limit=1");
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return [.. times.Order()];
    }

    /// <summary>Seconds by which this process itself came late at the most.</summary>
    private static async Task<double> Lateness(Task end)
    {
        var (pause, latest) = (TimeSpan.FromMilliseconds(100), TimeSpan.Zero);
        using var timer = new PeriodicTimer(pause);
        for (var before = Stopwatch.GetTimestamp(); !end.IsCompleted && await timer.WaitForNextTickAsync(); before = Stopwatch.GetTimestamp())
        {
            var late = Stopwatch.GetElapsedTime(before) - pause;
            latest = late > latest ? late : latest;
        }

        return latest.TotalSeconds;
    }

    private static double Of(List<double> sorted, double quantile) => Math.Round(sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * quantile)], 1);
}
