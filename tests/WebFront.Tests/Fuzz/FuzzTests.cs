using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Hosting;
using ChatOrleans.WebFront.Tests.Realtime;
using MessagePack;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;
using ChatServer = ChatOrleans.WebFront.Tests.Hosting.ChatServer;

namespace ChatOrleans.WebFront.Tests.Fuzz;

/// <summary>
/// Nearly right inputs, by every way in, for some seconds: nothing is answered with <c>internal</c>, nothing is logged as our fault,
/// every connection still answers or was closed with a documented code, and two others go on talking. FUZZ_SECONDS=3600 FUZZ_SEED=7
/// is a long run of another seed; the seed of a run is printed.
/// </summary>
public sealed partial class FuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("FUZZ_SECONDS") ?? "5", CultureInfo.InvariantCulture));
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "20260101", CultureInfo.InvariantCulture);

    /// <summary>A hub has SignalR's, and the platform's own for bytes that are no UTF-8.</summary>
    private static readonly int[] Documented = [1000, 1007, 1012, 4400, 4401, 4403, 4408, 4413, 4429];

    private readonly ConcurrentDictionary<string, int> _outcomes = new();
    private readonly ConcurrentQueue<string> _lately = new();
    private ChatServer _server = null!;
    private string _room = "";
    private string _message = "";
    private long _inputs;

    public async Task InitializeAsync()
    {
        _server = await ChatServer.Start(new() { ["Limits:RefusalsBeforeClose"] = "1000000" });
        using var mallory = await _server.As("mallory");
        _room = (await mallory.Post("/api/conversations", new { kind = "group", title = "lounge", members = Array.Empty<object>() })).Is(201).Text("id");
        _message = (await mallory.Post($"/api/conversations/{_room}/messages", new { text = "hello" })).Is(201).Text("id");
    }

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task Frames_OverTheSocket() => Fuzz(async (mutator, more) =>
    {
        while (more())
        {
            using var socket = await Socket($"token={await _server.TokenOf("mallory")}");
            await Converse(socket, mutator, more, Frame, $$"""{"action":"ping","request_id":"alive"}""", "\"alive\"", "");
        }
    });

    [Fact]
    public Task Messages_OverTheHub_InJson() => Fuzz(async (mutator, more) =>
    {
        while (more())
        {
            using var socket = await Hub("json");
            await Converse(
                socket, mutator, more, HubMessage, "{\"type\":1,\"invocationId\":\"alive\",\"target\":\"Ping\",\"arguments\":[null]}\u001e", "\"alive\"", "\u001e");
        }
    });

    [Fact]
    public Task Messages_OverTheHub_InMessagePack() => Fuzz(async (mutator, more) =>
    {
        while (more())
        {
            using var socket = await Hub("messagepack");
            mutator.Wild = mutator.Chance(0.3);
            for (var i = 0; i < 40 && socket.State == WebSocketState.Open && more(); i++)
            {
                var packed = MessagePackSerializer.ConvertFromJson(Call(mutator).ToJsonString());
                await Send(socket, Prefixed(mutator.Wild && mutator.Chance(0.2) ? mutator.Broken(packed) : packed), WebSocketMessageType.Binary);
            }

            var alive = MessagePackSerializer.ConvertFromJson("[1,{},\"alive\",\"Ping\",[null]]");
            await Send(socket, Prefixed(alive), WebSocketMessageType.Binary);
            await Answered(socket, "alive");
        }
    });

    [Fact]
    public Task Calls_OverRest() => Fuzz(async (mutator, more) =>
    {
        using var client = await _server.As("mallory", scope: "alerts:send");
        while (more())
        {
            using var request = Request(mutator);
            Interlocked.Increment(ref _inputs);
            HttpResponseMessage answer;
            try
            {
                answer = await client.SendAsync(request);
            }
            catch (HttpRequestException)
            {
                // Kestrel ends a connection whose bytes are no HTTP.
                Count("rest: ended");
                continue;
            }

            using (answer)
            {
                var text = await answer.Content.ReadAsStringAsync();
                Count($"rest: {(int)answer.StatusCode}");
                Assert.True((int)answer.StatusCode < 500, $"{request.Method} {request.RequestUri} answered {(int)answer.StatusCode} {text}");
                Assert.True(
                    answer.IsSuccessStatusCode || request.Method == HttpMethod.Head || (int)answer.StatusCode is 414 or 431 or 408 || (text.Length == 0 ? (int)answer.StatusCode == 400 : JsonNode.Parse(text)?["code"] is not null),
                    $"{request.Method} {request.RequestUri} answered {(int)answer.StatusCode} without a code: {text}");
            }
        }
    });

    /// <summary>Runs one kind of input while ada and grace talk, and looks at what it did.</summary>
    private async Task Fuzz(Func<Mutator, Func<bool>, Task> run)
    {
        output.WriteLine($"FUZZ_SEED={Seed}");
        using var ada = await _server.As("ada");
        var lounge = (await ada.Post("/api/conversations", new { kind = "direct", members = new[] { new { user_id = "grace" } } })).Body.GetProperty("id").GetString();
        await using var grace = await SocketDevice.Connect(
            new UriBuilder(new Uri(_server.Address, $"/ws/notifications/?token={await _server.TokenOf("grace")}")) { Scheme = "ws" }.Uri);
        await grace.Next("hello");
        var started = Stopwatch.GetTimestamp();
        var fuzzing = Task.Run(() => run(new Mutator(Seed), () => Stopwatch.GetElapsedTime(started) < Time));
        var (said, slowest) = (0, TimeSpan.Zero);
        while (!fuzzing.IsCompleted)
        {
            var began = Stopwatch.GetTimestamp();
            (await ada.Post($"/api/conversations/{lounge}/messages", new { text = $"{++said}" })).Is(201);
            await grace.Messages(said);
            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
        }

        await fuzzing;
        Assert.Equal(Enumerable.Range(1, said).Select(i => $"{i}"), (await grace.Messages(said)).Select(frame => (string?)frame["text"]));
        Assert.True(slowest < TimeSpan.FromSeconds(10), $"A message of others took {slowest}.");
        Assert.Empty(_server.Logs.All.Where(line => line.Level >= LogLevel.Error).Select(line => line.Text));
        output.WriteLine($"{_inputs} inputs; others said {said}, the slowest took {slowest.TotalMilliseconds:0} ms. {string.Join(", ", _outcomes.OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}"))}");
    }

    private async Task Converse(
        ClientWebSocket socket, Mutator mutator, Func<bool> more, Func<Mutator, JsonNode?> make, string alive, string answer, string end)
    {
        mutator.Wild = mutator.Chance(0.3);
        for (var i = 0; i < 40 && socket.State == WebSocketState.Open && more(); i++)
        {
            var text = mutator.Odd(make(mutator)?.ToJsonString() ?? "null") + end;
            await Send(socket, mutator.Bytes(text), mutator.Wild && mutator.Chance(0.005) ? WebSocketMessageType.Binary : WebSocketMessageType.Text);
        }

        await Send(socket, Encoding.UTF8.GetBytes(alive), WebSocketMessageType.Text);
        await Answered(socket, answer.Trim('"'));
    }

    private async Task Send(ClientWebSocket socket, byte[] bytes, WebSocketMessageType type)
    {
        try
        {
            Interlocked.Increment(ref _inputs);
            _lately.Enqueue(Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 200))));
            while (_lately.Count > 45)
            {
                _lately.TryDequeue(out string? _);
            }

            await socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // It was closed meanwhile; its code is looked at where it is read.
        }
    }

    /// <summary>Reads until the last question is answered, or the server has closed as documented.</summary>
    private async Task Answered(ClientWebSocket socket, string mark)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[1 << 16];
        var said = new StringBuilder();
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer, limit.Token);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    Count($"closed: {(int)socket.CloseStatus!}");
                    Assert.Contains((int)socket.CloseStatus!, Documented);
                    return;
                }

                said.Append(Encoding.Latin1.GetString(buffer, 0, got.Count));
                if (said.ToString() is var text && text.Contains(mark, StringComparison.Ordinal))
                {
                    Assert.DoesNotContain("\"code\":\"internal\"", text, StringComparison.Ordinal);
                    Assert.DoesNotContain("internal: ", text, StringComparison.Ordinal);
                    Count("answered");
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"A connection neither answered nor was closed. It said: {said.ToString()[Math.Max(0, said.Length - 500)..]}\nIt was told:\n{string.Join('\n', _lately)}");
        }
        catch (WebSocketException)
        {
            Count("broken off");
        }
    }

    private void Count(string outcome) => _outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);

    private static byte[] Prefixed(byte[] packed)
    {
        List<byte> prefix = [];
        for (var rest = packed.Length; ; rest >>= 7)
        {
            prefix.Add((byte)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0)));
            if (rest <= 0x7f)
            {
                return [.. prefix, .. packed];
            }
        }
    }

    private async Task<ClientWebSocket> Hub(string protocol)
    {
        var socket = await Socket($"access_token={await _server.TokenOf("mallory")}", "/hubs/chat");
        await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"protocol":"{{protocol}}","version":1}""" + "\u001e"), WebSocketMessageType.Text, true, CancellationToken.None);
        return socket;
    }

    private async Task<ClientWebSocket> Socket(string query, string path = "/ws/notifications/")
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(_server.Address, $"{path}?{query}")) { Scheme = "ws" }.Uri, CancellationToken.None);
        return socket;
    }
}
