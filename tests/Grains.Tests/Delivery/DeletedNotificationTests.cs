using ChatOrleans.Conversations;
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
}
