using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>What notified of a message that is deleted is read, also where the message itself is not one's to see any more.</summary>
public sealed class DeletedNotificationTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    [Fact]
    public async Task Delete_OfAMessageFromBeforeOneCameBack_MarksItsNotificationRead()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, HistoryAccess.SinceJoined, ada, grace);
        await using var device = chat.Connect(grace);
        await device.Opened();
        var (deleted, kept) = (await chat.Post(lounge, ada, "deleted"), await chat.Post(lounge, ada, "kept"));
        await device.HearsMessages(2);
        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, grace.Id));
        await chat.Conversation(lounge.Id).AddMember(new AddMember(ada.Actor, new NewMember(grace.Id, null, null)));

        await chat.Conversation(lounge.Id).Delete(new DeleteMessage(ada.Actor, deleted.Seq));

        var told = await device.Hears(FeedEntryKind.NotificationRead);
        Assert.Equal(InboxId.OfMessage(deleted.Id), Assert.Single(told.Entry.NotificationIds));
        var unread = await chat.User(grace).Notifications(unreadOnly: true, null, 50);
        Assert.Equal([InboxId.OfMessage(kept.Id)], unread.Notifications.Where(one => one.Type == NotificationType.NewMessage).Select(one => one.Id));
        // It says nothing of the message but that the conversation changed.
        await device.Hears(FeedEntryKind.ConversationUpdated, one => one.Entry.Cursor == told.Entry.Cursor + 1);
        Assert.DoesNotContain(device.Events, one => one.Entry.Kind == FeedEntryKind.MessageDeleted);
        Assert.Empty((await chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
    }

    [Fact]
    public async Task Delete_OfAMessageOfWhoHasLeft_MarksItsNotificationReadAndTellsNothingElse()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, HistoryAccess.All, ada, grace);
        await using var device = chat.Connect(grace);
        await device.Opened();
        var (deleted, kept) = (await chat.Post(lounge, ada, "deleted"), await chat.Post(lounge, ada, "kept"));
        await device.HearsMessages(2);
        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, grace.Id));
        var later = await chat.Post(lounge, ada, "after grace left");

        await chat.Conversation(lounge.Id).Delete(new DeleteMessage(ada.Actor, later.Seq));
        await chat.Conversation(lounge.Id).Delete(new DeleteMessage(ada.Actor, deleted.Seq));

        var told = await device.Hears(FeedEntryKind.NotificationRead);
        Assert.Equal(InboxId.OfMessage(deleted.Id), Assert.Single(told.Entry.NotificationIds));
        var page = await chat.User(grace).Notifications(unreadOnly: false, null, 50);
        var messages = page.Notifications.Where(one => one.Type == NotificationType.NewMessage).ToList();
        Assert.Equal([(kept.Id, "kept", false), (deleted.Id, "", true)], messages.Select(one => (new MessageId(lounge.Id, one.MessageSeq), one.Content, one.Read)));
        Assert.DoesNotContain(device.Events, one => one.Entry.Kind == FeedEntryKind.MessageDeleted || one.Entry.Seq > kept.Seq);
        Assert.Empty((await chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
    }

    [Fact]
    public async Task Erasure_OfAMessageOfWhoHasLeft_MarksItsNotificationRead()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, HistoryAccess.All, ada, grace);
        await using var device = chat.Connect(grace);
        await device.Opened();
        var erased = new[] { await chat.Post(lounge, ada, "one"), await chat.Post(lounge, ada, "two") };
        await device.HearsMessages(2);
        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, grace.Id));

        await chat.Grains.GetGrain<IConversationKeeping>(lounge.Id.Value).EraseSender(ada.Id, 1, 64);

        await device.Hears(FeedEntryKind.NotificationRead, one => one.Entry.NotificationIds.Contains(InboxId.OfMessage(erased[1].Id)));
        var unread = await chat.User(grace).Notifications(unreadOnly: true, null, 50);
        Assert.DoesNotContain(unread.Notifications, one => one.Type == NotificationType.NewMessage);
    }
}
