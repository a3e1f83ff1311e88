using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>A device that was away gets exactly what it missed, or a snapshot from which it knows the same. Never silence.</summary>
public sealed class ResumeTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly int _many = int.Parse(Environment.GetEnvironmentVariable("CHAT_MISSED_EVENTS") ?? "20000", null);

    [Fact]
    public async Task Away_WhileOneOfEverythingHappened_GetsExactlyThat_AfterARestartAndAfterACrash()
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        using var lounge = await Lounge.Open(server);
        await using var witness = new SocketDevice(server.Socket, lounge.Ada);
        await Wait.Until(() => witness.IsConnected, Soon, () => "ada's device to connect");
        var away = new List<SocketDevice.Away>();
        var cursor = witness.Position.Cursor;
        for (var i = 0; i < 2 * Lounge.Kinds; i++)
        {
            // One device leaves before each thing that happens, so that the last one misses only that.
            away.Add(witness.Leave());
            cursor += await lounge.Happen();
            await Wait.Until(() => witness.Position.Cursor >= cursor, Soon, () => $"event {cursor} of step {i}; the feed is at {witness.Position.Cursor}");
            Assert.Equal(cursor, witness.Position.Cursor);
        }

        await server.Stop();
        await server.Start();
        await AssertResumed(server, lounge, away, cursor);

        await server.Kill();
        await server.Start();
        await AssertResumed(server, lounge, away, cursor);
        Assert.Empty(witness.Breaches);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(0)]
    public async Task Away_ForManyEvents_GetsExactlyThose_AfterARestartAndAfterACrash(int events)
    {
        events = events == 0 ? _many : events;
        await using var server = new WebFrontProcess();
        await server.Start();
        using var lounge = await Lounge.Open(server);
        SocketDevice.Away away;
        await using (var before = new SocketDevice(server.Socket, lounge.Ada))
        {
            await Wait.Until(() => before.IsConnected, Soon, () => "ada's device to connect");
            away = before.Leave();
        }

        var made = 0;
        for (var i = 0; i < 2 * Lounge.Kinds; i++)
        {
            made += await lounge.Happen();
        }

        await Parallel.ForAsync(made, events, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
            await (i % 2 == 0 ? lounge.Grace : lounge.Linus).Send(lounge.Id, $"message {i}", $"many-{i}"));
        var head = away.Position.Cursor + events;
        await Wait.Until(async () => await Head(lounge.Ada) >= head, Soon, () => $"ada's feed to reach {head}");

        await server.Stop();
        await server.Start();
        await AssertResumed(server, lounge, [away], head);

        await server.Kill();
        await server.Start();
        await AssertResumed(server, lounge, [away], head);
    }

    [Fact]
    public async Task Crashes_InARow_AfterEventsThatWereNeverStored_GiveASnapshot_AndResumeWhoLeftBefore()
    {
        // So long that no checkpoint comes by itself: what a device saw since the last command is lost with the process.
        await using var server = new WebFrontProcess(new Dictionary<string, string> { ["Grains__CheckpointInterval"] = "00:00:30" });
        await server.Start();
        using var lounge = await Lounge.Open(server);
        await using var witness = new SocketDevice(server.Socket, lounge.Ada);
        await Wait.Until(() => witness.IsConnected, Soon, () => "ada's device to connect");
        var (stored, lost) = (new List<SocketDevice.Away>(), new List<SocketDevice.Away>());
        for (var crash = 1; crash <= 4; crash++)
        {
            for (var i = 0; i < 5; i++)
            {
                await lounge.Happen();
            }

            // A command is answered when it is durable, and everything before it with it.
            await lounge.Ada.MarkRead(lounge.Id, await lounge.Linus.Send(lounge.Id, "read", $"read-{crash}"));
            var durable = await Head(lounge.Ada);
            await Wait.Until(() => witness.Position.Cursor >= durable, Soon, () => $"the device to come to {durable}");
            stored.Add(witness.Leave());

            var seq = await lounge.Linus.Send(lounge.Id, $"seen before crash {crash}", $"lost-{crash}");
            await Wait.Until(() => witness.LastSeq(lounge.Id) >= seq, Soon, () => $"the device to have message {seq}");
            lost.Add(witness.Leave());
            await server.Kill();
            await server.Start();
            await Wait.Until(() => witness.Snapshots > crash, Soon, () => $"a snapshot after crash {crash}; there were {witness.Snapshots - 1}");
        }

        await AssertKnowsAll(server, lounge, witness);
        Assert.Equal(5, witness.Frames.Select(frame => frame.Epoch).Distinct().Count());
        var head = await Head(lounge.Ada);
        await AssertResumed(server, lounge, stored, head);
        foreach (var one in lost)
        {
            await using var device = new SocketDevice(server.Socket, lounge.Ada, one);
            await AssertKnowsAll(server, lounge, device);
            Assert.Equal((0, 1), (device.Resumed, device.Snapshots));
            Assert.False((await lounge.Ada.Sync(one.Position)).Resumed);
        }
    }

    [Fact]
    public async Task Crashes_UnderTraffic_LeaveNoDeviceBehind()
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        using var lounge = await Lounge.Open(server);
        await using var witness = new SocketDevice(server.Socket, lounge.Ada);
        await Wait.Until(() => witness.IsConnected, Soon, () => "ada's device to connect");
        using var stopping = new CancellationTokenSource();
        var traffic = Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                await lounge.Happen();
            }
        });

        var away = new List<SocketDevice.Away>();
        var random = new Random();
        for (var crash = 0; crash < 4; crash++)
        {
            for (var i = 0; i < 3; i++)
            {
                await Task.Delay(random.Next(50, 500));
                away.Add(witness.Leave());
            }

            await server.Kill();
            await server.Start();
        }

        await stopping.CancelAsync();
        await traffic;
        await AssertKnowsAll(server, lounge, witness);
        var resumed = 0;
        foreach (var one in away)
        {
            await using var device = new SocketDevice(server.Socket, lounge.Ada, one);
            await AssertKnowsAll(server, lounge, device);
            resumed += device.Resumed;
        }

        await HaveNoDrift(lounge);
        output.WriteLine($"{resumed} of {away.Count} were resumed; the one that stayed had {witness.Snapshots - 1} snapshots");
    }

    [Fact]
    public async Task Position_ThatWasNeverHandedOut_GetsASnapshot_AndOneWithoutAnEpochIsOfThePresentOne()
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        using var lounge = await Lounge.Open(server);
        // The first is that she was told of the lounge.
        var head = 1L;
        for (var i = 0; i < Lounge.Kinds; i++)
        {
            head += await lounge.Happen();
        }

        for (var run = 0; run < 2; run++)
        {
            await Wait.Until(async () => await Head(lounge.Ada) == head, Soon, () => $"ada's feed to reach {head}");
            var epoch = (await lounge.Ada.Get("/api/users/me")).GetProperty("epoch").GetString();
            (string? Epoch, long Cursor, bool Resumes)[] asked =
                [(epoch, head + 1_000, false), ("another", head, false), ("another", 0, false), (null, 3, true), (null, head + 1, false), (epoch, 0, true), (epoch, head, true)];
            foreach (var (at, cursor, resumes) in asked)
            {
                await using var device = new SocketDevice(server.Socket, lounge.Ada, position: (at, cursor));
                await Wait.Until(() => device.IsConnected, Soon, () => $"a hello for ({at}, {cursor})");
                Assert.Equal(resumes, device.Hello.GetProperty("resumed").GetBoolean());
                Assert.Equal(resumes ? cursor : head, device.Hello.GetProperty("cursor").GetInt64());
                Assert.Equal(resumes, (await lounge.Ada.Sync((at, cursor))).Resumed);
                await Wait.Until(() => device.Position == (epoch, head), Soon, () => $"({at}, {cursor}) to end at {head}; it is at {device.Position}");
                if (!resumes)
                {
                    await AssertKnowsAll(server, lounge, device);
                }
            }

            await server.Kill();
            await server.Start();
        }
    }

    /// <summary>Each goes on exactly where it was, on the socket as by pulling, and then knows what a fresh client knows.</summary>
    private static async Task AssertResumed(WebFrontProcess server, Lounge lounge, List<SocketDevice.Away> away, long head)
    {
        foreach (var one in away)
        {
            await using var device = new SocketDevice(server.Socket, lounge.Ada, one);
            await AssertKnowsAll(server, lounge, device);
            Assert.Equal((1, 0), (device.Resumed, device.Snapshots));
            Assert.Equal(head, device.Position.Cursor);
            var missed = device.Frames.Where(frame => frame.Cursor is not null).ToList();
            Assert.Equal(head - one.Position.Cursor, missed.Count);
            Assert.Equal(missed.Count, device.Hello.GetProperty("replayed").GetInt64());
            var pulled = await lounge.Ada.Sync(one.Position);
            Assert.True(pulled.Resumed);
            Assert.Equal(missed.Select(frame => frame.ToString()), pulled.Frames.Select(frame => frame.ToString()));
        }

        await HaveNoDrift(lounge);
    }

    private static Task HaveNoDrift(Lounge lounge) =>
        Task.WhenAll(lounge.Ada.HasNoDrift(), lounge.Grace.HasNoDrift(), lounge.Linus.HasNoDrift());

    private static async Task AssertKnowsAll(WebFrontProcess server, Lounge lounge, SocketDevice device)
    {
        await using var fresh = new SocketDevice(server.Socket, lounge.Ada);
        await Wait.Until(() => fresh.IsConnected, Soon, () => "a fresh device to connect");
        // What a fresh device reads of a conversation may be ahead of its feed, but not for long.
        await Wait.Until(
            () => device.IsConnected && device.Position == fresh.Position && device.Describe().SequenceEqual(fresh.Describe()),
            Soon,
            () => $"the device to come to {fresh.Position}; it is at {device.Position} and lacks {First(fresh.Describe().Except(device.Describe()))}, "
                + $"knows wrongly {First(device.Describe().Except(fresh.Describe()))}");
        Assert.Equal(fresh.Describe(), device.Describe());
        Assert.Empty(device.Breaches);
    }

    private static string First(IEnumerable<string> lines) => lines.FirstOrDefault("nothing");

    private static async Task<long> Head(RestClient user) => (await user.Get("/api/users/me")).GetProperty("cursor").GetInt64();
}
