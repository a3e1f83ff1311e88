using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>Why a message did or did not notify, and whether what the user is shown is what the logs say.</summary>
public sealed class InspectionTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    [Fact]
    public async Task Why_TellsDelivered_AndWhetherItIsRead()
    {
        var (lounge, ada, grace) = await Lounge();
        var message = await chat.Post(lounge, ada, "hello");

        var reason = await Of(grace).Why(message.Id);
        Assert.Equal((NotificationOutcome.Delivered, true, InboxId.OfMessage(message.Id)), (reason.Outcome, reason.Unread, reason.NotificationId));
        await chat.User(grace).MarkRead(lounge.Id, 1);
        Assert.False((await Of(grace).Why(message.Id)).Unread);
        Assert.Equal(NotificationOutcome.OwnMessage, (await Of(ada).Why(message.Id)).Outcome);
    }

    [Fact]
    public async Task Why_NamesTheDeviceWhoseAttentionSuppressedIt()
    {
        var (lounge, ada, grace) = await Lounge();
        await using var phone = chat.Connect(grace);
        await phone.Opened();
        await phone.Show(new Attention(lounge.Id, Visible: true, DateTime.UtcNow));
        var message = await chat.Post(lounge, ada, "seen");

        var reason = await Of(grace).Why(message.Id);
        Assert.Equal((NotificationOutcome.Suppressed, phone.Id), (reason.Outcome, reason.DeviceId));
        Assert.Null(reason.NotificationId);
    }

    [Fact]
    public async Task Why_TellsMuted_AndDeletedSince()
    {
        var (lounge, ada, grace) = await Lounge();
        await chat.User(grace).SetMuted(lounge.Id, muted: true);
        var message = await chat.Post(lounge, ada, "quiet");
        Assert.Equal(NotificationOutcome.Muted, (await Of(grace).Why(message.Id)).Outcome);
        await chat.Conversation(lounge.Id).Delete(new DeleteMessage(ada.Actor, message.Seq));
        await Eventually.Is(() => Of(grace).Why(message.Id), reason => reason.Deleted, "the deletion in the feed");
    }

    [Fact]
    public async Task Why_OfWhatIsNotOnesOwn_TellsNothing()
    {
        var (lounge, ada, grace) = await Lounge();
        var linus = Person.Linus();
        var before = await chat.Post(lounge, ada, "before");
        await chat.Conversation(lounge.Id).AddMember(new AddMember(ada.Actor, new NewMember(linus.Id, null, null)));
        Assert.Equal(NotificationOutcome.BeforeJoining, (await Of(linus).Why(before.Id)).Outcome);
        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, linus.Id));
        var after = await chat.Post(lounge, ada, "after");
        await Eventually.Is(() => Of(linus).Why(after.Id), reason => reason.Outcome == NotificationOutcome.Left, "the removal in the feed");
        Assert.Equal(NotificationOutcome.NotAMember, (await Of(Person.Linus()).Why(after.Id)).Outcome);
        var none = await Assert.ThrowsAsync<ChatException>(() => Of(grace).Why(new MessageId(lounge.Id, 99)));
        Assert.Equal(ChatOrleans.Errors.ErrorCode.NotFound, none.Code);
    }

    [Fact]
    public async Task Audit_OfABusyInbox_FindsNothing_AlsoAfterTheGrainsAreBack()
    {
        var (lounge, ada, grace) = await Lounge();
        for (var i = 1; i <= 40; i++)
        {
            await chat.Post(lounge, i % 3 == 0 ? grace : ada, $"message {i}");
        }

        await chat.Conversation(lounge.Id).Delete(new DeleteMessage(ada.Actor, 40));
        await chat.User(grace).MarkRead(lounge.Id, 35);
        foreach (var person in new[] { ada, grace })
        {
            var report = await Of(person).Audit();
            Assert.Empty(report.Findings);
            Assert.Equal((1, 40), (report.CheckedConversations, report.CheckedMessages));
            await chat.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
            Assert.Empty((await Of(person).Audit()).Findings);
        }
    }

    private async Task<(ConversationView Lounge, Person Ada, Person Grace)> Lounge()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        return (await chat.Create(ConversationKind.Group, ada, grace), ada, grace);
    }

    private IUserInspection Of(Person person) => chat.Grains.GetGrain<IUserInspection>(person.Id.Value);
}
