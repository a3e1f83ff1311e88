using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using ChatOrleans.Conversations;
using Orleans.Core.Internal;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>What only the raw WebSocket has: shapes, batches, replies, and clients that know nothing of us.</summary>
[Collection(nameof(ChatServer))]
public sealed class SocketTests(ChatServer server)
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    private string Ada => $"ada-{_suffix}";

    private string Grace => $"grace-{_suffix}";

    [Theory]
    [InlineData("both", true, true)]
    [InlineData("flat", true, false)]
    [InlineData("nested", false, true)]
    public async Task Format_ChoosesTheShapes(string format, bool flat, bool nested)
    {
        var room = await server.Room(Ada, Grace);
        await using var grace = await SocketDevice.Connect(server, Grace, $"format={format}");
        await grace.Next("hello");

        await server.Post(Ada, room, "hello");

        var frame = await grace.Next("new_message");
        Assert.Equal(flat, frame.ContainsKey("text"));
        Assert.Equal(nested, frame.ContainsKey("message"));
        Assert.True(frame.ContainsKey("cursor") && frame.ContainsKey("unread") && frame.ContainsKey("notification_id"));
    }

    [Fact]
    public async Task Batch_Asked_ComesInFewerFrames_AndElseOneEventAFrame()
    {
        var room = await server.Room(Ada, Grace);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => server.Post(Ada, room, $"{i}")));

        await using var batching = await SocketDevice.Connect(server, Grace, "cursor=0&batch=1");
        await using var plain = await SocketDevice.Connect(server, Grace, "cursor=0");
        var batched = await batching.Messages(200);
        var single = await plain.Messages(200);

        Assert.Equal(single.Select(m => m.ToJsonString()), batched.Select(m => m.ToJsonString()));
        Assert.Contains(batching.FrameSizes, size => size > 1);
        Assert.All(plain.FrameSizes, size => Assert.Equal(1, size));
    }

    [Fact]
    public async Task Address_WithoutTheTrailingSlash_IsTheSame()
    {
        await using var ada = await SocketDevice.Connect(
            new Uri($"ws://{server.Address.Authority}/ws/notifications?access_token={await server.Token(Ada)}"));

        Assert.Equal(Ada, (string?)(await ada.Next("hello"))["user_id"]);
    }

    [Fact]
    public async Task Address_WithoutAnUpgrade_IsAProblem()
    {
        using var response = await server.Http.GetAsync("/ws/notifications/");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_request", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]);
    }

    /// <summary>A page that opens a bare WebSocket with a user_id alone, and handles flat events as they come.</summary>
    [Fact]
    public async Task SimpleClient_WithOnlyAUserId_GetsItsEvents()
    {
        var room = await server.Room(Ada, Grace);
        await using var grace = await SocketDevice.Connect(server.SocketAddress($"user_id={Grace}"));
        await grace.Next("hello");

        await server.Post(Ada, room, "Hello there!");

        var data = await grace.Next("new_message");
        Assert.Equal(room, (string?)data["conversation_id"]);
        Assert.Equal("Hello there!", (string?)data["text"]);
        Assert.Equal(Ada, (string?)data["sender"]);
        Assert.NotNull((string?)data["id"]);
        Assert.EndsWith("Z", (string?)data["timestamp"]);
        Assert.Equal("{}", data["meta"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"a string\"")]
    [InlineData("17")]
    [InlineData("-1.50")]
    public async Task Reply_EchoesTheRequestIdAsItCame(string id)
    {
        await using var ada = await Greeted();

        await ada.SendText($$"""{"action":"mark_all_notifications_read","request_id":{{id}}}""");

        Assert.Equal(id, (await ada.Next("reply"))["request_id"]!.ToJsonString());
    }

    [Fact]
    public async Task Ping_GetsAPongAndThenItsReply()
    {
        await using var ada = await Greeted();

        await ada.SendText("""{"action":"ping","request_id":"p"}""");

        var reply = await ada.Next("reply");
        var pong = ada.Frames[^2];
        Assert.Equal("pong", (string?)pong["event_type"]);
        Assert.Equal("p", (string?)pong["request_id"]);
        Assert.True((bool)pong["ok"]!);
        Assert.Equal((long)pong["cursor"]!, (long)reply["result"]!["cursor"]!);
        Assert.Equal((string?)pong["epoch"], (string?)reply["result"]!["epoch"]);
    }

    /// <summary>As MessagePack's clients in JavaScript may send it.</summary>
    [Theory]
    [InlineData("1.0", true)]
    [InlineData("10e-1", true)]
    [InlineData("1.5", false)]
    [InlineData("1e400", false)]
    public async Task Numbers_ThatAreWhole_AreTakenHoweverTheyAreWritten(string seq, bool taken)
    {
        var room = await server.Room(Ada, Grace);
        await using var ada = await Greeted();

        await ada.SendText($$"""{"action":"mark_read","request_id":1,"conversation_id":"{{room}}","seq":{{seq}}}""");

        Assert.Equal(taken, (bool)(await ada.Next("reply"))["ok"]!);
    }

    [Theory]
    [InlineData("""{"request_id":1}""")]
    [InlineData("""{"action":7,"request_id":1}""")]
    [InlineData("""{"action":"fly","request_id":1}""")]
    [InlineData("""{"action":"send_message","request_id":1,"conversation_id":{"a":[1,2,{"b":"c"}]},"text":"x"}""")]
    [InlineData("""{"action":"send_message","request_id":1,"conversation_id":"x","text":"\ud800"}""")]
    [InlineData("""{"action":"send_message","request_id":1,"conversation_id":"x","text":"y","meta":{"a":"\udfff"}}""")]
    public async Task Frame_WellFormedButWrong_IsRefusedAndTheConnectionGoesOn(string text)
    {
        await using var ada = await Greeted();

        await ada.SendText(text);

        var reply = await ada.Next("reply");
        Assert.False((bool)reply["ok"]!);
        Assert.Equal("invalid_request", (string?)reply["code"]);
        Assert.NotEqual("", (string?)reply["message"] ?? "");
        await ada.Do("mark_all_notifications_read");
    }

    [Theory]
    [InlineData("{\"a\":", "}", 5)]
    [InlineData("{\"a\":", "}", 2_000)]
    [InlineData("[", "]", 15_000)]
    public async Task Frame_VeryDeep_IsRefusedAndTheConnectionGoesOn(string open, string close, int levels)
    {
        var room = await server.Room(Ada, Grace);
        await using var ada = await Greeted();
        var deep = $"{string.Concat(Enumerable.Repeat(open, levels))}1{string.Concat(Enumerable.Repeat(close, levels))}";

        await ada.SendText($$"""{"action":"send_message","request_id":1,"conversation_id":"{{room}}","text":"x","meta":{"a":{{deep}} } }""");

        var reply = await ada.Next("reply");
        Assert.Equal("invalid_request", (string?)reply["code"]);
        Assert.Contains("nested", (string?)reply["message"], StringComparison.Ordinal);
        await ada.Do("mark_all_notifications_read");
    }

    [Fact]
    public async Task Frame_WithUnknownFields_IsTakenWithoutThem()
    {
        await using var ada = await Greeted();

        await ada.SendText("""{"x":{"y":[1]},"action":"mark_all_notifications_read","\ud800":{"\udfff":1},"request_id":1,"z":null}""");

        var reply = await ada.Next("reply");
        Assert.True((bool)reply["ok"]!);
        Assert.Equal("{}", reply["result"]!.ToJsonString());
    }

    [Fact]
    public async Task Command_SentAtOnce_IsAnsweredAfterTheHello()
    {
        await using var ada = await SocketDevice.Connect(server, Ada);

        await ada.Do("mark_all_notifications_read");

        Assert.Equal("hello", (string?)ada.Frames[0]["event_type"]);
    }

    [Fact]
    public async Task Command_ThatIsPipelined_IsAnsweredInOrder()
    {
        var room = await server.Room(Ada, Grace);
        await using var ada = await Greeted();

        for (var i = 0; i < 100; i++)
        {
            await ada.SendText($$"""{"action":"send_message","request_id":{{i}},"conversation_id":"{{room}}","text":"{{i}}"}""");
        }

        var replies = await ada.Await(
            frames => frames.Where(f => (string?)f["event_type"] == "reply").ToList() is { Count: 100 } all ? all : null, "100 replies");
        Assert.Equal(Enumerable.Range(0, 100), replies.Select(r => (int)r["request_id"]!));
        Assert.Equal(Enumerable.Range(1, 100), replies.Select(r => (int)r["result"]!["seq"]!));
    }

    [Fact]
    public async Task Command_ThatIsPipelined_KeepsItsPlace_WhileTheConversationComesAndGoes()
    {
        const int Sends = 400;
        var room = await server.Room(Ada, Grace);
        await using var ada = await Greeted();
        var conversation = server.Grains.GetGrain<IConversationGrain>(room).AsReference<IGrainManagementExtension>();

        for (var i = 0; i < Sends; i++)
        {
            await ada.SendText($$"""{"action":"send_message","request_id":{{i}},"conversation_id":"{{room}}","text":"{{i}}","client_message_id":"c-{{i}}"}""");
            if (i % 20 == 10)
            {
                // By turns it takes what is sent beside it, is on its way out, and is called.
                await conversation.DeactivateOnIdle();
            }
        }

        var replies = await ada.Await(
            frames => frames.Where(f => (string?)f["event_type"] == "reply").ToList() is { Count: Sends } all ? all : null, "all replies");
        // A call that meets it leaving twice is told to be repeated; what was taken has its order.
        var seqs = replies.Where(r => (bool)r["ok"]!).Select(r => (int)r["result"]!["seq"]!).ToList();
        Assert.Equal(seqs.Order(), seqs);
        Assert.InRange(seqs.Count, Sends / 2, Sends);
    }

    private async Task<SocketDevice> Greeted()
    {
        var device = await SocketDevice.Connect(server, Ada);
        await device.Next("hello");
        return device;
    }
}
