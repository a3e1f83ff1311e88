using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>One device that reads a kilobyte a second among many fast ones in a busy room.</summary>
[Collection(Alone.Name)]
public sealed class SlowReaderTests(ITestOutputHelper output)
{
    private const int Readers = 200;
    private const int Sockets = 4 * 1024 * 1024;
    private const int LongText = 7_800;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(120);
    private static readonly int _messages = int.Parse(Environment.GetEnvironmentVariable("CHAT_SLOW_MESSAGES") ?? "900", null);

    [Fact]
    public async Task SlowSocket_AmongManyFastOnes_SlowsNobody_CostsBoundedMemory_AndEndsWithEverything()
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        using var grace = await server.SignIn("grace");
        using var slow = await server.SignIn("slow");
        var users = Enumerable.Range(1, Readers).Select(i => $"reader-{i}").ToList();
        var room = await grace.Create("group", users.Append("slow"), "lounge");
        await using var fast = new FastReaders();
        await fast.Connect(server, users);

        var alone = await Talk(grace, room, fast, first: 1, count: 150, text: 100);
        // Long texts have their own share of memory, with or without a slow reader.
        await Talk(grace, room, fast, first: 151, count: 100, text: LongText);
        var before = server.ResidentBytes;
        var line = new SlowConnection(bytesPerSecond: 1_024);
        await using var device = new SocketDevice(server.Socket, slow, connect: line.Connect);
        await Wait.Until(() => line.Received > 0, Soon, () => "the slow device to connect");
        var filling = await Talk(grace, room, fast, first: 251, count: _messages, text: LongText);
        var beside = await Talk(grace, room, fast, first: 251 + _messages, count: 150, text: 100);
        var after = server.ResidentBytes;
        output.WriteLine($"median to the fast ones: {alone:0.0} ms alone, {beside:0.0} ms beside the slow one ({filling:0.0} ms with long texts)");
        output.WriteLine($"resident: {before >> 20} MB before, {after >> 20} MB after; the slow one took {line.Received} bytes meanwhile");
        Assert.True(beside < (5 * alone) + 50, $"The fast ones waited {beside} ms beside the slow one, {alone} ms alone.");
        Assert.True(after - before < 256L << 20, $"The server took {(after - before) >> 20} MB more.");

        line.Hurry();
        var history = await grace.History(room);
        Assert.Equal(400 + _messages, history.Count);
        // It may have read the history before it comes to the events: to the end of these, too.
        var head = (await slow.Get("/api/users/me")).GetProperty("cursor").GetInt64();
        await Wait.Until(
            () => device.IsConnected && device.Position.Cursor == head && device.LastSeq(room) == history.Count && device.Messages(room).Count == history.Count,
            Soon,
            () => $"the slow device to have all {history.Count} messages; it has {device.Messages(room).Count} up to {device.LastSeq(room)}");
        Assert.Equal(history.Select(Text), device.Messages(room).Select(Text));
        Assert.Empty(device.Breaches);
        Assert.True(device.Count("behind") > 0, "The slow device was never told that it is behind.");
        Assert.True(line.Received < Sockets + (4L << 20), $"{line.Received} bytes waited for the slow device.");
        output.WriteLine($"{device.Count("new_message")} came as events, {device.Count("behind")} behind; {line.Received} bytes");
    }

    private static string Text(System.Text.Json.JsonElement message) => message.GetProperty("text").GetString()!;

    /// <summary>Posts one after another and waits until everybody has the last one. Returns the median from post to reader.</summary>
    private static async Task<double> Talk(RestClient sender, string room, FastReaders readers, int first, int count, int text)
    {
        readers.Latencies.Clear();
        for (var i = first; i < first + count; i++)
        {
            await sender.Send(room, $"stamp:{Stopwatch.GetTimestamp()} {i} ".PadRight(text, 'x'), $"m-{i}");
        }

        await Wait.Until(() => readers.Latencies.Count >= count * Readers, Soon, () => $"{count * Readers} deliveries; there are {readers.Latencies.Count}");
        Assert.Equal(count * Readers, readers.Latencies.Count);
        return readers.Latencies.Order().ElementAt(readers.Latencies.Count / 2);
    }

    /// <summary>Devices that read as fast as they are given, and note how old each message is.</summary>
    private sealed class FastReaders : IAsyncDisposable
    {
        private readonly CancellationTokenSource _closing = new();
        private readonly List<ClientWebSocket> _sockets = [];
        private readonly List<Task> _reading = [];
        private int _greeted;

        public ConcurrentBag<double> Latencies { get; } = [];

        public async Task Connect(WebFrontProcess server, IEnumerable<string> users)
        {
            foreach (var user in users)
            {
                var socket = new ClientWebSocket();
                await socket.ConnectAsync(new Uri(server.Socket, $"?format=flat&token={await server.Token(user)}"), _closing.Token);
                _sockets.Add(socket);
                _reading.Add(Read(socket));
            }

            await Wait.Until(() => Volatile.Read(ref _greeted) == _sockets.Count, Soon, () => $"all fast devices to connect; {_greeted} have");
        }

        public async ValueTask DisposeAsync()
        {
            await _closing.CancelAsync();
            await Task.WhenAll(_reading);
            _sockets.ForEach(socket => socket.Dispose());
            _closing.Dispose();
        }

        private async Task Read(ClientWebSocket socket)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (true)
                {
                    var length = 0;
                    ValueWebSocketReceiveResult part;
                    do
                    {
                        part = await socket.ReceiveAsync(buffer.AsMemory(length), _closing.Token);
                        length += part.Count;
                    }
                    while (!part.EndOfMessage);
                    Note(buffer.AsSpan(0, length));
                }
            }
            catch (OperationCanceledException)
            {
                // Done.
            }
        }

        /// <summary>The stamp stands in the text; parsing every frame of every reader would measure us instead of the server.</summary>
        private void Note(ReadOnlySpan<byte> frame)
        {
            if (frame.IndexOf("\"event_type\":\"hello\""u8) >= 0)
            {
                Interlocked.Increment(ref _greeted);
                return;
            }

            var stamp = frame.IndexOf("stamp:"u8);
            if (stamp >= 0 && frame.IndexOf("\"event_type\":\"new_message\""u8) >= 0)
            {
                var digits = frame[(stamp + "stamp:".Length)..];
                var sent = long.Parse(Encoding.ASCII.GetString(digits[..digits.IndexOf((byte)' ')]), CultureInfo.InvariantCulture);
                Latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
        }
    }
}
