using System.Text.Json.Nodes;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>
/// What every way of being connected must do, in the same scenarios with the same verbs. Inherited by the raw WebSocket and by
/// SignalR with each protocol.
/// </summary>
public abstract partial class TransportSpecification(ChatServer server) : IAsyncLifetime
{
    private readonly List<TestDevice> _devices = [];
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    protected ChatServer Server => server;

    // Their own people for each test: all share one server.
    protected string Ada => $"ada-{_suffix}";

    protected string Grace => $"grace-{_suffix}";

    protected string Linus => $"linus-{_suffix}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    protected abstract Task<TestDevice> Open(string user, string query);

    /// <summary>Connected, and greeted.</summary>
    protected async Task<TestDevice> Connect(string user, string query = "")
    {
        var device = await Open(user, query);
        _devices.Add(device);
        await device.Next("hello");
        return device;
    }

    [Fact]
    public async Task Connect_FirstFrame_IsAHelloWithAllItsFields()
    {
        var room = await Server.Room(Grace, Ada);
        await Server.Post(Grace, room, "first");

        var device = await Connect(Ada);

        var hello = device.Frames[0];
        Assert.Equal("hello", (string?)hello["event_type"]);
        Assert.Equal(Ada, (string?)hello["user_id"]);
        Assert.NotEqual("", (string?)hello["epoch"] ?? "");
        Assert.NotEqual("", (string?)hello["session_id"] ?? "");
        Assert.True((long)hello["cursor"]! >= 1);
        Assert.False((bool)hello["resumed"]!);
        Assert.Equal(0, (long)hello["replayed"]!);
        Assert.Equal(25, (int)hello["heartbeat_seconds"]!);
        Assert.Equal(1, (int)hello["contract_level"]!);
    }

    [Fact]
    public async Task Connect_WithoutACursor_GetsASnapshot()
    {
        var room = await Server.Room(Grace, Ada);
        var sent = await Server.Post(Grace, room, "first");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Server.Post(Grace, room, $"more {i}")));

        // The post is answered when it is durable; the snapshot is of what the user's own grain has applied.
        var device = await Connect(Ada);
        var snapshot = await SnapshotWith(device, room, lastSeq: 4);

        var conversation = snapshot["conversations"]!.AsArray().Single(c => (string?)c!["id"] == room)!;
        Assert.Equal(4, (long)conversation["unread"]!);
        Assert.Equal(2, (int)conversation["member_count"]!);
        Assert.Equal(Ada, (string?)conversation["members"]![0]!["user_id"]);
        Assert.False((bool)snapshot["more"]!);
        Assert.Equal(5, (int)snapshot["unread_notifications"]!);
        Assert.Contains(snapshot["notifications"]!.AsArray(), n => (string?)n!["id"] == $"msg-{sent["id"]}");
    }

    [Fact]
    public async Task Send_ReachesTheOtherAndTheSendersOtherDevices()
    {
        var room = await Server.Room(Ada, Grace);
        var (phone, laptop, grace) = (await Connect(Ada), await Connect(Ada), await Connect(Grace));

        var sent = (await phone.Say(room, "Hello, Grace!", "c-1", new JsonObject { ["k"] = "v" }))!;

        var event1 = await grace.Next("new_message");
        Assert.Equal((string?)sent["id"], (string?)event1["id"]);
        Assert.Equal("Hello, Grace!", (string?)event1["text"]);
        Assert.Equal("Hello, Grace!", (string?)event1["message"]!["text"]);
        Assert.Equal("v", (string?)event1["meta"]!["k"]);
        Assert.Equal(Ada, (string?)event1["sender"]);
        Assert.Equal(1, (long)event1["unread"]!);
        Assert.Equal($"msg-{sent["id"]}", (string?)event1["notification_id"]);
        foreach (var device in (TestDevice[])[phone, laptop])
        {
            var own = await device.Next("new_message");
            Assert.Equal((string?)sent["id"], (string?)own["id"]);
            Assert.Null(own["notification_id"]);
            Assert.Equal(0, (long)own["unread"]!);
        }
    }

    [Fact]
    public async Task Send_Repeated_IsOneMessage()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));

        var first = await ada.Say(room, "once", "c-1");
        var second = await ada.Say(room, "once", "c-1");
        await ada.Say(room, "after");

        Assert.Equal((string?)first!["id"], (string?)second!["id"]);
        Assert.Equal(["once", "after"], (await grace.Messages(2)).Select(m => (string?)m["text"]));
    }

    [Fact]
    public async Task Send_ManyAtOnce_AllComeInOrderWithoutGapOrRepeat()
    {
        const int Each = 100;
        var room = await Server.Room(Ada, Grace, Linus);
        var devices = new[] { await Connect(Ada), await Connect(Grace), await Connect(Linus) };

        await Task.WhenAll(devices.SelectMany(d => Enumerable.Range(0, Each).Select(i => d.Say(room, $"{i}", $"c-{i}"))));

        foreach (var device in devices)
        {
            var messages = await device.Messages(3 * Each);
            Assert.Equal(Enumerable.Range(1, 3 * Each), messages.Select(m => (int)m["seq"]!));
            AssertContiguous(device);
        }
    }

    [Fact]
    public async Task Ping_TellsTheHead()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));
        await ada.Say(room, "one");
        var cursor = (long)(await grace.Next("new_message"))["cursor"]!;

        var pong = (await grace.Do("ping", cursor))!;

        Assert.Equal(cursor, (long)pong["cursor"]!);
        Assert.Equal((string?)grace.Frames[0]["epoch"], (string?)pong["epoch"]);
    }

    [Fact]
    public async Task Ping_WithACursorBelowWhatThePreviousPongFollowed_SendsAgain()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));
        await ada.Say(room, "one");
        await ada.Say(room, "two");
        var messages = await grace.Messages(2);
        var before = (long)messages[0]["cursor"]! - 1;
        await grace.Do("ping", before + 2);

        await grace.Do("ping", before);

        var all = await grace.Messages(4);
        Assert.Equal(["one", "two", "one", "two"], all.Select(m => (string?)m["text"]));
        Assert.Single(grace.Frames, f => (string?)f["event_type"] == "hello");
    }

    [Theory]
    [InlineData("conversation that is none")]
    [InlineData("conv_00000000000000000000000000")]
    public async Task Send_ToAStrangersConversation_IsRefusedAndTheConnectionGoesOn(string conversation)
    {
        var room = await Server.Room(Ada, Grace);
        var ada = await Connect(Ada);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Say(conversation, "hello"));

        Assert.Equal("not_a_member", refusal.Code);
        Assert.NotNull(await ada.Say(room, "still here"));
    }

    [Fact]
    public async Task WrongArguments_AreInvalidAndTheConnectionGoesOn()
    {
        var room = await Server.Room(Ada, Grace);
        var ada = await Connect(Ada);

        foreach (var (action, arguments) in new (string, object?[])[]
        {
            ("send_message", [room, null, null, null]),
            ("send_message", [room, "   ", null, null]),
            ("send_message", [room, 17L, null, null]),
            ("send_message", [null, "text", null, null]),
            ("send_message", [room, "text", null, "no object"]),
            ("mark_read", [room, "one"]),
            ("mark_read", [room, null]),
            ("set_active_conversation", [room, "yes"]),
            ("mark_notification_read", [null]),
            ("ping", ["x"]),
        })
        {
            var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Do(action, arguments));
            Assert.Equal("invalid_request", refusal.Code);
        }

        Assert.NotNull(await ada.Say(room, "still here"));
    }

    [Fact]
    public async Task Send_OfTheSameIdWithAnotherBody_IsAConflict()
    {
        var room = await Server.Room(Ada, Grace);
        var ada = await Connect(Ada);
        await ada.Say(room, "one", "c-1");

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Say(room, "other", "c-1"));

        Assert.Equal("conflict", refusal.Code);
    }

    /// <summary>Contiguous cursors above the hello's.</summary>
    protected static void AssertContiguous(TestDevice device)
    {
        var start = (long)device.Frames[0]["cursor"]!;
        var cursors = device.Durable.Select(f => (long)f["cursor"]!).ToList();
        Assert.Equal(Enumerable.Range(1, cursors.Count).Select(i => start + i), cursors);
    }

    /// <summary>A snapshot in which that room is so far: that of the hello, or of one that connects a little later.</summary>
    private async Task<JsonObject> SnapshotWith(TestDevice device, string room, long lastSeq)
    {
        var user = (string)device.Frames[0]["user_id"]!;
        if ((long)device.Frames[0]["cursor"]! < lastSeq + 1)
        {
            await device.Next("new_message", m => (long)m["seq"]! == lastSeq);
            device = await Connect(user);
        }

        return device.Frames[0]["snapshot"]!.AsObject();
    }
}
