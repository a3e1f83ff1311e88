using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
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
        await using var left = await GraceHasLeft(HistoryAccess.SinceJoined);
        await left.Lounge.AddMember(new AddMember(left.Ada, new NewMember(left.Grace.Id, null, null)));

        await left.Lounge.Delete(new DeleteMessage(left.Ada, left.First.Seq));

        var told = await left.Device.Hears(FeedEntryKind.NotificationRead);
        Assert.Equal(InboxId.OfMessage(left.First.Id), Assert.Single(told.Entry.NotificationIds));
        Assert.Equal([InboxId.OfMessage(left.Second.Id)], (await left.Messages()).Where(one => !one.Read).Select(one => one.Id));
        // It says nothing of the message but that the conversation changed.
        await left.Device.Hears(FeedEntryKind.ConversationUpdated, one => one.Entry.Cursor == told.Entry.Cursor + 1);
        Assert.DoesNotContain(left.Device.Events, one => one.Entry.Kind == FeedEntryKind.MessageDeleted);
        Assert.Empty(await left.Audit());
    }

    [Fact]
    public async Task Delete_OfAMessageOfWhoHasLeft_MarksItsNotificationReadAndTellsNothingElse()
    {
        await using var left = await GraceHasLeft();
        var later = await left.Lounge.Post(new PostMessage { Actor = left.Ada, Text = "after grace left" });

        await left.Lounge.Delete(new DeleteMessage(left.Ada, later.Message.Seq));
        await left.Lounge.Delete(new DeleteMessage(left.Ada, left.First.Seq));

        var told = await left.Device.Hears(FeedEntryKind.NotificationRead);
        Assert.Equal(InboxId.OfMessage(left.First.Id), Assert.Single(told.Entry.NotificationIds));
        Assert.Equal(
            [(left.Second.Seq, "second", false), (left.First.Seq, "", true)],
            (await left.Messages()).Select(one => (one.MessageSeq, one.Content, one.Read)));
        Assert.DoesNotContain(left.Device.Events, one => one.Entry.Kind == FeedEntryKind.MessageDeleted || one.Entry.Seq > left.Second.Seq);
        Assert.Empty(await left.Audit());
    }

    /// <summary>The newest of a feed is in its grain's memory.</summary>
    [Fact]
    public async Task Delete_OfAMessageOfWhoHasLeft_IsReplayedWithoutItsText()
    {
        await using var left = await GraceHasLeft();

        await left.Lounge.Delete(new DeleteMessage(left.Ada, left.First.Seq));
        await left.Device.Hears(FeedEntryKind.NotificationRead);

        var replayed = (await chat.User(left.Grace).ReadFeed(left.Grace.Actor, left.Device.Openings[0].Position, 100)).Events;
        Assert.Equal(["", "second"], replayed.Where(one => one.Message is not null).Select(one => one.Message!.Text));
    }

    [Fact]
    public async Task Delete_WhileNotificationsAreRead_LeavesItsTextOut()
    {
        await using var other = await GraceHasLeft();
        await using var left = await GraceHasLeft(grace: other.Grace);
        var held = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        chat.FaultyLogs.HoldsUpRead = (owner, track) =>
        {
            if (owner.Value != $"conversation/{other.First.ConversationId}" || track != LogTrack.Messages)
            {
                return null;
            }

            reached.TrySetResult();
            return held.Task;
        };
        // The texts of the newer conversation are read, those of the other are not yet.
        var reading = left.Messages();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await left.Lounge.Delete(new DeleteMessage(left.Ada, left.First.Seq));
        await left.Device.Hears(FeedEntryKind.NotificationRead);
        chat.FaultyLogs.HoldsUpRead = null;
        held.SetResult();

        Assert.Equal(["second", "", "second", "first"], (await reading).Select(one => one.Content));
    }

    [Fact]
    public async Task Erasure_OfAMessageOfWhoHasLeft_MarksItsNotificationRead()
    {
        await using var left = await GraceHasLeft();

        await chat.Grains.GetGrain<IConversationKeeping>(left.First.ConversationId.Value).EraseSender(left.Ada.Id, 1, 64);

        await left.Device.Hears(FeedEntryKind.NotificationRead, one => one.Entry.NotificationIds.Contains(InboxId.OfMessage(left.Second.Id)));
        Assert.All(await left.Messages(), one => Assert.True(one.Read));
    }

    [Fact]
    public async Task Delete_WhenWhoHasLeftCannotBeTold_AndTheConversationGoes_IsToldByTheNext()
    {
        await using var left = await GraceHasLeft();
        var notTold = chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == $"user/{left.Grace.Id}");
        var gone = chat.FaultyLogs.Writes.Add(
            WriteFault.FailBefore, write => notTold.Reached.IsCompleted && write.Owner.Value == $"conversation/{left.First.ConversationId}");

        await left.Lounge.Delete(new DeleteMessage(left.Ada, left.First.Seq));
        await notTold.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ChatException>(() => left.Lounge.Post(new PostMessage { Actor = left.Ada, Text = "not stored" }));
        Assert.True(gone.Reached.IsCompleted);

        // Grace's own activation went as well: it is asked again until it says so.
        var messages = await Eventually.Is(left.Messages, found => found[1].Read, "the notification to be read");
        Assert.False(messages[0].Read);
        Assert.Empty(await left.Audit());
    }

    /// <summary>Two messages of ada's, of which grace was notified, and then grace was removed.</summary>
    private async Task<Left> GraceHasLeft(HistoryAccess history = HistoryAccess.All, Person? grace = null)
    {
        var ada = Person.Ada();
        grace ??= Person.Grace();
        var lounge = await chat.Create(ConversationKind.Group, history, ada, grace);
        var device = chat.Connect(grace);
        await device.Opened();
        var (first, second) = (await chat.Post(lounge, ada, "first"), await chat.Post(lounge, ada, "second"));
        await device.HearsMessages(2);
        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, grace.Id));
        return new Left(chat, chat.Conversation(lounge.Id), ada.Actor, grace, device, first, second);
    }

    private sealed record Left(
        ChatCluster Chat, IConversationGrain Lounge, Actor Ada, Person Grace, Device Device, Message First, Message Second) : IAsyncDisposable
    {
        /// <summary>Grace's notifications of messages, the newest first.</summary>
        public async Task<List<Notification>> Messages()
        {
            var page = await Chat.User(Grace).Notifications(unreadOnly: false, null, 50);
            return [.. page.Notifications.Where(one => one.Type == NotificationType.NewMessage)];
        }

        public async Task<IEnumerable<object>> Audit() => (await Chat.Grains.GetGrain<IUserInspection>(Grace.Id.Value).Audit()).Findings.Cast<object>();

        public ValueTask DisposeAsync() => Device.DisposeAsync();
    }
}
