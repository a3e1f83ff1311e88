using System.Buffers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Tests.Realtime;
using MessagePack;

namespace ChatOrleans.WebFront.Tests.Limits;

/// <summary>What is too large or too deep is told so, by the word that the contract has for it.</summary>
[Collection(nameof(ChatServer))]
public sealed class SizeTests(ChatServer server)
{
    private const string Call = "GET /api/users/me HTTP/1.1\r\nHost: x\r\n";

    public static TheoryData<string, string, int> Heads => new()
    {
        { "a long request line", $"GET /api/{new string('a', 8_192)} HTTP/1.1\r\nHost: x\r\n\r\n", 414 },
        { "one header that is too large", $"{Call}X-Large: {new string('a', 16_384)}\r\n\r\n", 431 },
        { "headers that are too large together", $"{Call}{Headers(40, 500)}\r\n", 431 },
        { "too many headers", $"{Call}{Headers(64, 1)}\r\n", 431 },
        { "as many headers as may be", $"{Call}{Headers(63, 1)}\r\n", 401 },
        { "a body whose length is too large", $"{Post}Content-Length: 70000\r\n\r\n", 413 },
        { "a body whose chunks are too large", $"{Post}Transfer-Encoding: chunked\r\n\r\n11170\r\n{new string(' ', 70_000)}\r\n0\r\n\r\n", 413 },
    };

    [Theory, MemberData(nameof(Heads))]
    public async Task Request_BeyondALimit_IsTold(string what, string request, int status)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request.Replace("TOKEN", await server.Token("ada"), StringComparison.Ordinal)));
        var buffer = new byte[8_192];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
        Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{what}: {answer}");
        if (status == 413)
        {
            Assert.Contains("\"code\":\"too_large\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Socket_TakesAFrameOfAnyDepth_ButNoDeepMeta()
    {
        var room = await server.Room("ada");
        await using var ada = await SocketDevice.Connect(server, "ada");
        await ada.SendText($$"""{"action":"send_message","request_id":1,"conversation_id":"{{room}}","text":"hello","x":{{Deep(3_000)}}}""");
        Assert.True((bool)(await ada.Next("reply", reply => (int)reply["request_id"]! == 1))["ok"]!);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Say(room, "hello", meta: new JsonObject { ["a"] = JsonNode.Parse(Deep(4)) }));
        Assert.Equal("invalid_request", refusal.Code);
        await ada.Say(room, "hello", meta: new JsonObject { ["a"] = JsonNode.Parse(Deep(3)) });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hub_RefusesADeepMeta_AndClosesBeyondItsMessageSize(bool messagePack)
    {
        var room = await server.Room("ada");
        await using var ada = await HubDevice.Connect(server, "ada", messagePack);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Say(room, "hello", meta: new JsonObject { ["a"] = JsonNode.Parse(Deep(40)) }));
        Assert.Equal("invalid_request", refusal.Code);
        await ada.Say(room, "hello");
        await Assert.ThrowsAnyAsync<Exception>(() => ada.Say(room, new string('a', 40_000)));
        await ada.Closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Hub_OutlivesMessagesOfEveryDepth()
    {
        var room = await server.Room("ada");
        await using var ada = await HubDevice.Connect(server, "ada", messagePack: false);
        foreach (var levels in new[] { 70, 600, 5_000 })
        {
            var json = $$"""{"type":1,"invocationId":"1","target":"SendMessage","arguments":["{{room}}","hello",null,{{Deep(levels)}}]}""";
            Assert.Contains("invalid_request", await AskHub("json", Encoding.UTF8.GetBytes(json + "\u001e")), StringComparison.Ordinal);
            Assert.Contains("invalid_request", await AskHub("messagepack", Packed(room, levels)), StringComparison.Ordinal);
        }

        await ada.Say(room, "hello");
    }

    /// <summary>What a hub says until it has answered one message, or has closed.</summary>
    private async Task<string> AskHub(string protocol, byte[] message)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/hubs/chat?access_token={await server.Token("ada")}"), CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"protocol":"{{protocol}}","version":1}""" + "\u001e"), WebSocketMessageType.Text, true, CancellationToken.None);
        await socket.SendAsync(message, protocol == "json" ? WebSocketMessageType.Text : WebSocketMessageType.Binary, true, CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (said, buffer) = (new StringBuilder(), new byte[65_536]);
        while (!said.ToString().Contains("invalid_request", StringComparison.Ordinal))
        {
            var received = await socket.ReceiveAsync(buffer, patience.Token);
            said.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return $"closed with {received.CloseStatus} after: {said}";
            }
        }

        return said.ToString();
    }

    private static byte[] Packed(string room, int levels)
    {
        var body = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(body);
        writer.WriteArrayHeader(5);
        writer.Write(1);
        writer.WriteMapHeader(0);
        writer.Write("1");
        writer.Write("SendMessage");
        writer.WriteArrayHeader(4);
        writer.Write(room);
        writer.Write("hello");
        writer.WriteNil();
        for (var i = 0; i < levels; i++)
        {
            writer.WriteMapHeader(1);
            writer.Write("a");
        }

        writer.Write(1);
        writer.Flush();
        var length = new List<byte>();
        for (var rest = body.WrittenCount; rest > 0 || length.Count == 0; rest >>= 7)
        {
            length.Add((byte)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0)));
        }

        return [.. length, .. body.WrittenSpan];
    }

    private static string Post => "POST /api/conversations/none/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer TOKEN\r\n";

    private static string Headers(int count, int size) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('a', size)}\r\n"));

    private static string Deep(int levels) => $"{string.Concat(Enumerable.Repeat("{\"a\":", levels))}1{new string('}', levels)}";
}
