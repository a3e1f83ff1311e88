using System.Text.Json.Nodes;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Commands;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>Devices that were away.</summary>
public abstract partial class TransportSpecification
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(20_000)]
    public async Task Resume_AfterSoManyEvents_GetsExactlyWhatItMissed(int missed)
    {
        var room = await Server.Room(Ada, Grace);
        var before = await Connect(Grace);
        await Server.Post(Ada, room, "seen");
        var seen = await before.Next("new_message");
        var (cursor, epoch) = ((long)seen["cursor"]!, (string)before.Frames[0]["epoch"]!);
        await before.DisposeAsync();
        await PostMany(room, missed);
        await Applied(cursor + missed);

        var after = await Connect(Grace, $"cursor={cursor}&epoch={epoch}");

        var hello = after.Frames[0];
        Assert.True((bool)hello["resumed"]!);
        Assert.Equal(missed, (long)hello["replayed"]!);
        Assert.Equal(cursor, (long)hello["cursor"]!);
        Assert.False(hello.ContainsKey("snapshot"));
        await Server.Post(Ada, room, "live");
        var messages = await after.Messages(missed + 1);
        Assert.Equal(Enumerable.Range(2, missed + 1), messages.Select(m => (int)m["seq"]!));
        Assert.Equal("live", (string?)messages[^1]["text"]);
        AssertContiguous(after);
    }

    [Fact]
    public async Task Resume_WithoutAnEpoch_MeansThePresentOne()
    {
        var room = await Server.Room(Ada, Grace);
        await Server.Post(Ada, room, "one");
        await Applied(2);

        var grace = await Connect(Grace, "cursor=1");

        Assert.True((bool)grace.Frames[0]["resumed"]!);
        Assert.Equal("one", (string?)(await grace.Next("new_message"))["text"]);
    }

    [Theory]
    [InlineData("cursor=999999")]
    [InlineData("cursor=1&epoch=another")]
    [InlineData("cursor=1&epoch=another-that-is-longer-than-any-which-was-ever-handed-out-by-this-server")]
    public async Task Resume_FromAPositionThatNeverWas_GetsASnapshot(string query)
    {
        var room = await Server.Room(Ada, Grace);

        var grace = await Connect(Grace, query);

        var hello = grace.Frames[0];
        Assert.False((bool)hello["resumed"]!);
        Assert.Contains(hello["snapshot"]!["conversations"]!.AsArray(), c => (string?)c!["id"] == room);
        await Server.Post(Ada, room, "live");
        Assert.Equal("live", (string?)(await grace.Next("new_message"))["text"]);
        AssertContiguous(grace);
    }

    [Fact]
    public async Task Resume_OverEveryKindOfEvent_ReplaysThemAll()
    {
        var before = await Connect(Grace);
        var (cursor, epoch) = ((long)before.Frames[0]["cursor"]!, (string)before.Frames[0]["epoch"]!);
        await before.DisposeAsync();

        var room = await Server.Room(Ada, Grace);
        var id = (string)(await Server.Post(Ada, room, "one"))["id"]!;
        await Server.Call(Ada, HttpMethod.Patch, $"/api/conversations/{room}/messages/{id}", new { text = "edited" });
        await Server.Call(Ada, HttpMethod.Patch, $"/api/conversations/{room}", new { title = "lounge 2" });
        await Server.Call(Ada, HttpMethod.Delete, $"/api/conversations/{room}/messages/{id}");
        await Server.Call(Ada, HttpMethod.Delete, $"/api/conversations/{room}/members/{Grace}");

        var after = await Connect(Grace, $"cursor={cursor}&epoch={epoch}");
        await after.Next("conversation_removed");

        Assert.True((bool)after.Frames[0]["resumed"]!);
        Assert.Equal(
            ["new_conversation", "new_message", "message_updated", "conversation_updated", "message_deleted"],
            after.Durable.Select(f => (string)f["event_type"]!).Where(type => type is not ("notification_read" or "conversation_removed")));
        AssertContiguous(after);
    }

    /// <summary>Through the grain: what is tried here is the way out.</summary>
    private async Task PostMany(string room, int count)
    {
        var grain = Server.Grains.Conversation(room);
        var actor = new Actor(new UserId(Ada), "Ada");
        foreach (var chunk in Enumerable.Range(0, count).Chunk(256))
        {
            await Task.WhenAll(chunk.Select(i => grain.Post(new PostMessage { Actor = actor, Text = $"missed {i}" })));
        }
    }

    /// <summary>Until grace's feed has come so far.</summary>
    private Task<long> Applied(long cursor) => Eventually.Is(
        async () => (long)(await Server.Call(Grace, HttpMethod.Get, "/api/users/me"))!["cursor"]!, head => head >= cursor, $"event {cursor} in grace's feed");
}
