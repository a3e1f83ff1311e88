using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

public sealed class DeliveryTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    [Fact]
    public async Task Post_ReachesEveryDeviceOfEveryMember_OnceAndInOrder()
    {
        var (ada, grace, linus) = (Person.Ada(), Person.Grace(), Person.Linus());
        await using var phone = chat.Connect(grace);
        await using var laptop = chat.Connect(grace);
        await using var sender = chat.Connect(ada);
        await using var other = chat.Connect(linus);
        await Task.WhenAll(phone.Opened(), laptop.Opened(), sender.Opened(), other.Opened());
        var lounge = await chat.Create(ConversationKind.Group, ada, grace, linus);

        for (var i = 1; i <= 50; i++)
        {
            Assert.Equal(i, (await chat.Post(lounge, ada, $"message {i}")).Seq);
        }

        foreach (var device in new[] { phone, laptop, sender, other })
        {
            await device.HearsMessages(50);
            Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), device.Seqs);
        }

        Assert.All(sender.Events.Where(one => one.Message is not null), one => Assert.Equal(0, one.Entry.Unread));
        Assert.Equal(50, phone.Events[^1].Entry.Unread);
    }

    [Fact]
    public async Task Post_RepeatedWithItsClientMessageId_IsOneMessage()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);

        var sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => chat.Post(lounge, ada, "hello", "c-1")));

        Assert.All(sent, message => Assert.Equal(1, message.Seq));
        var conflict = await Assert.ThrowsAsync<ChatException>(() => chat.Post(lounge, ada, "other words", "c-1"));
        Assert.Equal(ChatOrleans.Errors.ErrorCode.Conflict, conflict.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public async Task Post_ByAStranger_WithAClientMessageIdThatIsNone_TellsThemNoMoreThanThat(int length)
    {
        var (ada, linus) = (Person.Ada(), Person.Linus());
        var lounge = await chat.Create(ConversationKind.Group, ada, Person.Grace());
        var nothing = lounge with { Id = Ids.ConversationId.New() };

        foreach (var (room, sender, code) in new[]
        {
            (lounge, linus, Errors.ErrorCode.NotAMember), (nothing, linus, Errors.ErrorCode.NotAMember), (lounge, ada, Errors.ErrorCode.InvalidRequest),
        })
        {
            var refused = await Assert.ThrowsAsync<ChatException>(() => chat.Post(room, sender, "hello", new string('c', length)));
            Assert.Equal(code, refused.Code);
        }
    }

    [Fact]
    public async Task Create_BySeveralAtOnce_MakesOneDirectConversation()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());

        var views = await Task.WhenAll(
            chat.Create(ConversationKind.Direct, ada, grace), chat.Create(ConversationKind.Direct, grace, ada));

        Assert.Equal(views[0].Id, views[1].Id);
        await using var device = chat.Connect(ada);
        var opening = await device.Opened();
        Assert.Single(opening.Snapshot!.Conversations.Marks);
    }

    [Fact]
    public async Task Feed_FromAnEarlierCursor_GivesExactlyTheRest()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);
        FeedPosition position;
        await using (var before = chat.Connect(grace))
        {
            await before.Opened();
            await chat.Post(lounge, ada, "one");
            await before.HearsMessages(1);
            position = before.Position;
        }

        for (var i = 0; i < 300; i++)
        {
            await chat.Post(lounge, ada, $"later {i}");
        }

        await using var after = chat.Connect(grace, position);
        Assert.True((await after.Opened()).Resumed);
        await after.HearsMessages(300);
        Assert.Equal(Enumerable.Range(2, 300).Select(i => (long)i), after.Seqs);
    }

    [Fact]
    public async Task EditAndDelete_ReachMembers_AndLeaveATombstone()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);
        await using var device = chat.Connect(grace);
        await device.Opened();
        await chat.Post(lounge, ada, "helo");

        await chat.Conversation(lounge.Id).Edit(new EditMessage(ada.Actor, 1, "hello"));
        Assert.Equal("hello", (await device.Hears(FeedEntryKind.MessageUpdated)).Message!.Text);
        Assert.Equal(2, (await chat.User(grace).Me(grace.Actor)).UnreadNotifications);

        await chat.Conversation(lounge.Id).Delete(new DeleteMessage(ada.Actor, 1));
        Assert.True((await device.Hears(FeedEntryKind.MessageDeleted)).Message!.Deleted);
        Assert.Equal(1, (await chat.User(grace).Me(grace.Actor)).UnreadNotifications);
        var page = await chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(grace.Id, null, null, 50));
        Assert.Equal("", Assert.Single(page.Messages).Text);
    }

    [Fact]
    public async Task RemoveAndRejoin_GivesEachWhatTheirTimeGrants()
    {
        var (ada, grace, linus) = (Person.Ada(), Person.Grace(), Person.Linus());
        var lounge = await chat.Create(ConversationKind.Group, HistoryAccess.SinceJoined, ada, grace);
        await using var device = chat.Connect(linus);
        await device.Opened();
        await chat.Post(lounge, ada, "before linus");
        await chat.Conversation(lounge.Id).AddMember(new AddMember(ada.Actor, new NewMember(linus.Id, "guest", null)));
        await chat.Post(lounge, ada, "with linus");
        await device.HearsMessages(1);
        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, linus.Id));
        Assert.Equal(ada.Id, (await device.Hears(FeedEntryKind.ConversationRemoved)).Entry.By);
        await chat.Post(lounge, ada, "without linus");
        var refused = await Assert.ThrowsAsync<ChatException>(() => chat.Post(lounge, linus, "still here?"));
        Assert.Equal(ChatOrleans.Errors.ErrorCode.NotAMember, refused.Code);

        await chat.Conversation(lounge.Id).AddMember(new AddMember(ada.Actor, new NewMember(linus.Id, null, null)));
        await chat.Post(lounge, ada, "again with linus");
        await device.HearsMessages(2);

        Assert.Equal([2L, 4L], device.Seqs);
        var page = await chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(linus.Id, null, null, 50));
        Assert.Equal([4L], page.Messages.Select(message => message.Seq));
    }

    [Fact]
    public async Task MarkRead_MovesTheMark_ClearsNotifications_AndTellsOthers()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);
        await using var hers = chat.Connect(grace);
        await using var his = chat.Connect(ada);
        await hers.Opened();
        await his.Opened();
        for (var i = 0; i < 3; i++)
        {
            await chat.Post(lounge, ada, "hello");
        }

        await hers.HearsMessages(3);
        var outcome = await chat.User(grace).MarkRead(lounge.Id, 2);

        Assert.Equal(new ReadOutcome(2, 1), outcome);
        Assert.Equal(2, (await hers.Hears(FeedEntryKind.ConversationRead)).Entry.ReadSeq);
        Assert.Equal(2, (await his.Hears(EphemeralKind.ConversationRead)).ReadSeq);
        Assert.Equal(1, (await chat.User(grace).Me(grace.Actor)).UnreadNotifications);
        Assert.Equal(new ReadOutcome(3, 0), await chat.User(grace).MarkRead(lounge.Id, 1_000));
        Assert.Equal(new ReadOutcome(3, 0), await chat.User(grace).MarkRead(lounge.Id, 1));
    }

    [Fact]
    public async Task Presence_OfADirectPartner_IsTold()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);
        await using var his = chat.Connect(ada);
        await his.Opened();
        await using (var hers = chat.Connect(grace))
        {
            Assert.True((await his.Hears(EphemeralKind.Presence)).Online);
            await chat.Conversation(lounge.Id).Typing(grace.Id);
            Assert.Equal(grace.Id, (await his.Hears(EphemeralKind.Typing)).UserId);
            Assert.Contains((await chat.Conversation(lounge.Id).View(ada.Id)).Members, member => member.UserId == grace.Id && member.Online);
        }
    }

    [Fact]
    public async Task Presence_OfWhoWasAskedBeforeTheySaidSo_IsTold()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        await using var his = chat.Connect(ada);
        await using var hers = chat.Connect(grace);
        await Task.WhenAll(his.Opened(), hers.Opened());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);

        await chat.Conversation(lounge.Id).Typing(ada.Id);
        await chat.Conversation(lounge.Id).Attend(new Attendance(grace.Actor, Online: true, 0));

        var hint = await his.Hears(EphemeralKind.Presence);
        Assert.Equal((grace.Id, true), (hint.UserId, hint.Online));
    }

    [Fact]
    public async Task Alert_IsInTheInboxOnce_HoweverOftenItIsSent()
    {
        var ada = Person.Ada();
        await using var device = chat.Connect(ada);
        await device.Opened();
        var alert = new SystemAlert { AlertId = "a1", Title = "Maintenance", Content = "At noon." };

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => chat.User(ada).Alert(alert)));

        Assert.Equal("alert-a1", (await device.Hears(FeedEntryKind.SystemAlert)).Notification!.Id);
        var page = await chat.User(ada).Notifications(unreadOnly: true, null, 50);
        Assert.Equal("Maintenance", Assert.Single(page.Notifications).Title);
        await chat.User(ada).MarkNotificationRead("alert-a1");
        await chat.User(ada).MarkNotificationRead("alert-a1");
        Assert.Equal(0, (await chat.User(ada).Notifications(unreadOnly: false, null, 50)).Unread);
        await Assert.ThrowsAsync<ChatException>(() => chat.User(ada).MarkNotificationRead("alert-none"));
    }

    [Fact]
    public async Task Post_WhileADeviceShowsTheConversation_MakesNoNotification()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Direct, ada, grace);
        await using var device = chat.Connect(grace);
        await device.Opened();
        await chat.Post(lounge, ada, "before");
        await device.HearsMessages(1);

        await device.Show(new Attention(lounge.Id, Visible: true, DateTime.UtcNow));
        Assert.NotEmpty((await device.Hears(FeedEntryKind.NotificationRead)).Entry.NotificationIds);
        await chat.Post(lounge, ada, "while shown");
        await device.HearsMessages(2);

        Assert.Equal(NotificationVerdict.Shown, device.Events[^1].Entry.Verdict);
        Assert.Equal(0, (await chat.User(grace).Me(grace.Actor)).UnreadNotifications);
    }
}
