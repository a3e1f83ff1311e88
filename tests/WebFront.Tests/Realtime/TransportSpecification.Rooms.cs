using System.Text.Json.Nodes;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>Conversations that come, change and go; edits; typing and presence.</summary>
public abstract partial class TransportSpecification
{
    [Fact]
    public async Task NewConversation_CarriesTheConversation_AndIsReadForItsCreator()
    {
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));

        var room = await Server.Room(Ada, Grace);

        var told = await grace.Next("new_conversation");
        Assert.Equal("new_conversation", (string?)told["type"]);
        Assert.StartsWith($"conv-{room}-", (string?)told["id"]);
        Assert.Equal(room, (string?)told["meta"]!["conversationId"]);
        Assert.False((bool)told["read"]!);
        Assert.Equal(room, (string?)told["conversation"]!["id"]);
        Assert.Equal(2, told["conversation"]!["members"]!.AsArray().Count);
        Assert.True((bool)(await ada.Next("new_conversation"))["read"]!);
    }

    [Fact]
    public async Task NewConversation_IsMarkedRead_AlsoByItsCreator()
    {
        var ada = await Connect(Ada);
        var room = await Server.Room(Ada, Grace);
        var told = await ada.Next("new_conversation");

        await ada.Do("mark_notification_read", (string?)told["id"]);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Do("mark_notification_read", $"conv-{room}-2"));
        Assert.Equal("not_found", refusal.Code);
        Assert.Empty((await Server.Call(Ada, HttpMethod.Get, "/api/notifications"))!.AsArray());
    }

    [Fact]
    public async Task ConversationUpdated_CarriesTheConversation()
    {
        var room = await Server.Room(Ada, Grace);
        var grace = await Connect(Grace);

        await Server.Call(Ada, HttpMethod.Patch, $"/api/conversations/{room}", new { title = "lounge 2" });

        var told = await grace.Next("conversation_updated");
        Assert.Equal("lounge 2", (string?)told["conversation"]!["title"]);
    }

    [Fact]
    public async Task Mute_TellsOnlyOneself()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));

        await Server.Call(Grace, HttpMethod.Patch, $"/api/conversations/{room}", new { muted = true });
        await ada.Say(room, "quiet");

        Assert.True((bool)(await grace.Next("conversation_updated"))["conversation"]!["muted"]!);
        Assert.Null((await grace.Next("new_message"))["notification_id"]);
        await ada.Next("new_message");
        Assert.DoesNotContain(ada.Frames, f => (string?)f["event_type"] == "conversation_updated");
    }

    [Fact]
    public async Task Leaving_AndBeingRemoved_AreTold()
    {
        var room = await Server.Room(Ada, Grace, Linus);
        var (grace, linus) = (await Connect(Grace), await Connect(Linus));

        await Server.Call(Grace, HttpMethod.Delete, $"/api/conversations/{room}/members/{Grace}");
        await Server.Call(Ada, HttpMethod.Delete, $"/api/conversations/{room}/members/{Linus}");

        Assert.Equal("left", (string?)(await grace.Next("conversation_removed"))["reason"]);
        var removed = await linus.Next("conversation_removed");
        Assert.Equal("removed", (string?)removed["reason"]);
        Assert.Equal(room, (string?)removed["conversation_id"]);
        AssertContiguous(grace);
        AssertContiguous(linus);
    }

    [Fact]
    public async Task EditAndDelete_AreTold()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));
        var id = (string)(await ada.Say(room, "one"))!["id"]!;

        await Server.Call(Ada, HttpMethod.Patch, $"/api/conversations/{room}/messages/{id}", new { text = "edited" });
        await Server.Call(Ada, HttpMethod.Delete, $"/api/conversations/{room}/messages/{id}");

        var updated = await grace.Next("message_updated");
        Assert.Equal(id, (string?)updated["id"]);
        var deleted = await grace.Next("message_deleted");
        Assert.True((bool)deleted["deleted"]!);
        Assert.Equal("", (string?)deleted["text"]);
        Assert.Equal(1, (long)deleted["seq"]!);
        AssertContiguous(grace);
    }

    [Fact]
    public async Task Typing_ReachesTheOthersOnly()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));
        // Whoever is connected is known to the room a moment later.
        await grace.Next("presence", f => (string?)f["user_id"] == Ada && (bool)f["online"]!).WaitOrPass();

        await ada.Do("typing", room);
        var typing = await grace.Next("typing");
        await grace.Say(room, "I see");

        Assert.Equal(room, (string?)typing["conversation_id"]);
        Assert.Equal(Ada, (string?)typing["user_id"]);
        await ada.Next("new_message");
        Assert.DoesNotContain(ada.Frames, f => (string?)f["event_type"] == "typing");
    }

    [Fact]
    public async Task Presence_TellsWhoComesAndGoes()
    {
        await Server.Room(Ada, Grace);
        var grace = await Connect(Grace);

        var ada = await Connect(Ada);
        await grace.Next("presence", f => (string?)f["user_id"] == Ada && (bool)f["online"]!);
        await ada.DisposeAsync();

        await grace.Next("presence", f => (string?)f["user_id"] == Ada && !(bool)f["online"]!);
    }
}

internal static class Waiting
{
    /// <summary>For what makes a test exact where it comes, and is not what the test is about.</summary>
    public static async Task WaitOrPass(this Task<JsonObject> waiting)
    {
        if (await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(2))) != waiting)
        {
            _ = waiting.ContinueWith(t => t.Exception, TaskScheduler.Default);
        }
    }
}
