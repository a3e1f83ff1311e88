using System.Text.Json.Nodes;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>Notifications, marks and attention.</summary>
public abstract partial class TransportSpecification
{
    [Fact]
    public async Task MarkRead_TellsOnesOwnDevicesAndTheOthers()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, phone, laptop) = (await Connect(Ada), await Connect(Grace), await Connect(Grace));
        await ada.Say(room, "one");
        await ada.Say(room, "two");
        await phone.Messages(2);

        var result = (await phone.Do("mark_read", room, 1L))!;

        Assert.Equal(1, (long)result["read_seq"]!);
        Assert.Equal(1, (long)result["unread"]!);
        var own = await laptop.Next("conversation_read", f => f.ContainsKey("cursor"));
        Assert.Equal(Grace, (string?)own["user_id"]);
        Assert.Equal(1, (long)own["read_seq"]!);
        Assert.Equal(1, (long)own["unread"]!);
        var receipt = await ada.Next("conversation_read", f => (string?)f["user_id"] == Grace);
        Assert.Equal(1, (long)receipt["read_seq"]!);
        Assert.False(receipt.ContainsKey("cursor"));
        Assert.False(receipt.ContainsKey("unread"));
    }

    [Fact]
    public async Task MarkRead_AboveTheLast_IsTakenAsTheLastAndReadsTheNotifications()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));
        await ada.Say(room, "one");
        var notification = (string)(await grace.Next("new_message"))["notification_id"]!;

        var result = (await grace.Do("mark_read", room, 99L))!;

        Assert.Equal(1, (long)result["read_seq"]!);
        Assert.Equal(0, (long)result["unread"]!);
        await grace.Next("notification_read", f => f["notification_ids"]!.AsArray().Any(id => (string?)id == notification));
    }

    [Fact]
    public async Task MarkNotificationRead_TellsAllDevices_AndAnUnknownOneIsNotFound()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, phone, laptop) = (await Connect(Ada), await Connect(Grace), await Connect(Grace));
        await ada.Say(room, "one");
        var notification = (string)(await phone.Next("new_message"))["notification_id"]!;

        await phone.Do("mark_notification_read", notification);

        var read = await laptop.Next("notification_read");
        Assert.Equal(notification, (string?)read["notification_ids"]!.AsArray().Single());
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => phone.Do("mark_notification_read", "msg-none"));
        Assert.Equal("not_found", refusal.Code);
    }

    [Fact]
    public async Task MarkAllNotificationsRead_StandsForAllUpToACursor()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));
        await ada.Say(room, "one");
        var cursor = (long)(await grace.Next("new_message"))["cursor"]!;

        await grace.Do("mark_all_notifications_read");

        var read = await grace.Next("notification_read", f => f.ContainsKey("all_up_to_cursor"));
        Assert.True((long)read["all_up_to_cursor"]! >= cursor);
        Assert.Equal(0, (int)(await Server.Call(Grace, HttpMethod.Get, "/api/users/me"))!["unread_notifications"]!);
    }

    [Fact]
    public async Task Attention_Visible_SuppressesAndReadsWhatWasThere()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace) = (await Connect(Ada), await Connect(Grace));
        await ada.Say(room, "one");
        var first = (string)(await grace.Next("new_message"))["notification_id"]!;

        await grace.Do("set_active_conversation", room, true);
        await grace.Next("notification_read", f => f["notification_ids"]!.AsArray().Any(id => (string?)id == first));
        await ada.Say(room, "two");

        var second = await grace.Next("new_message", f => (long)f["seq"]! == 2);
        Assert.Null(second["notification_id"]);
        Assert.Equal(2, (long)second["unread"]!);
    }

    [Fact]
    public async Task Attention_HiddenOrGone_SuppressesNothing()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace, other) = (await Connect(Ada), await Connect(Grace), await Connect(Grace));
        await grace.Do("set_active_conversation", room, false);
        await ada.Say(room, "hidden");
        Assert.NotNull((await other.Next("new_message", f => (long)f["seq"]! == 1))["notification_id"]);

        await grace.Do("set_active_conversation", room, true);
        await grace.Do("set_active_conversation", null, false);
        await ada.Say(room, "nowhere");

        Assert.NotNull((await other.Next("new_message", f => (long)f["seq"]! == 2))["notification_id"]);
    }

    [Fact]
    public async Task Attention_EndsWithTheConnection()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, other) = (await Connect(Ada), await Connect(Grace));
        var grace = await Connect(Grace);
        await grace.Do("set_active_conversation", room, true);
        await ada.Say(room, "seen");
        Assert.Null((await other.Next("new_message", f => (long)f["seq"]! == 1))["notification_id"]);

        await grace.DisposeAsync();

        // The close travels on its own; a message right behind it may still be suppressed, and is then notified late.
        await ada.Say(room, "unseen");
        await other.Await(
            frames => frames.FirstOrDefault(f =>
                (string?)f["notification_id"] is { } id && id.EndsWith("_2", StringComparison.Ordinal)
                || ((string?)f["event_type"] == "notification_added" && ((string)f["id"]!).EndsWith("_2", StringComparison.Ordinal))),
            "a notification for the second message");
    }

    [Fact]
    public async Task Ping_WithTheLastCursorSeen_AcknowledgesWhatWasSuppressed()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, other) = (await Connect(Ada), await Connect(Grace));
        var grace = await Connect(Grace);
        await grace.Do("set_active_conversation", room, true);
        await ada.Say(room, "seen");
        await grace.Do("ping", (long)(await grace.Next("new_message"))["cursor"]!);

        await ada.Say(room, "not said to be seen");
        await grace.Next("new_message", f => (long)f["seq"]! == 2);
        // Nothing is heard of the device after it: that would be a sign of having seen it.
        await grace.DisposeAsync();

        // Told in the order of the messages.
        Assert.EndsWith("_2", (string)(await other.Next("notification_added"))["id"]!, StringComparison.Ordinal);
        Assert.Single(other.Frames, f => (string?)f["event_type"] == "notification_added");
    }

    [Fact]
    public async Task SetActiveConversation_OfAStranger_IsRefused()
    {
        var room = await Server.Room(Grace, Linus);
        var ada = await Connect(Ada);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Do("set_active_conversation", room, true));

        Assert.Equal("not_a_member", refusal.Code);
    }

    [Fact]
    public async Task SetActiveConversation_ThatIsRefused_LeavesWhatIsShown()
    {
        var room = await Server.Room(Ada, Grace);
        var (ada, grace, other) = (await Connect(Ada), await Connect(Grace), await Connect(Grace));
        await grace.Do("set_active_conversation", room, true);
        foreach (var refused in new[] { await Server.Room(Ada, Linus), ConversationId.New().Value, "none" })
        {
            await Assert.ThrowsAsync<RefusedException>(() => grace.Do("set_active_conversation", refused, true));
        }

        await ada.Say(room, "one");
        var cursor = (long)(await grace.Next("new_message"))["cursor"]!;
        await ada.Say(room, "two");
        await grace.Messages(2);
        // The feed is read again, and the session hands over what is shown.
        await grace.Do("ping", cursor + 1);
        await grace.Do("ping", cursor - 1);
        await grace.Messages(4);
        await ada.Say(room, "three");

        Assert.All(await other.Messages(3), message => Assert.Null(message["notification_id"]));
    }

    [Fact]
    public async Task SystemAlert_IsANotificationByItself()
    {
        var ada = await Connect(Ada);

        await Server.Grains.User(new UserId(Ada)).Alert(
            new SystemAlert { AlertId = "a-1", Title = "Maintenance", Content = "At noon.", Meta = """{"severity":"low"}""" });

        var alert = await ada.Next("system_alert");
        Assert.Equal("system_alert", (string?)alert["type"]);
        Assert.Equal("alert-a-1", (string?)alert["id"]);
        Assert.Equal("Maintenance", (string?)alert["title"]);
        Assert.Equal("At noon.", (string?)alert["content"]);
        Assert.Equal("low", (string?)alert["meta"]!["severity"]);
        Assert.False((bool)alert["read"]!);
    }
}
