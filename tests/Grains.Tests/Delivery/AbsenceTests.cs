using ChatOrleans.Conversations;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>What somebody who was out of a conversation finds, on coming back, in the part of their feed from before.</summary>
public sealed class AbsenceTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    [Theory]
    [InlineData(HistoryAccess.SinceJoined)]
    [InlineData(HistoryAccess.All)]
    public async Task Resume_AfterRejoining_TellsEditsMadeMeanwhile_OnlyWhereHistoryIsOpen(HistoryAccess history)
    {
        var (ada, linus) = (Person.Ada(), Person.Linus());
        var lounge = await chat.Create(ConversationKind.Group, history, ada, linus);
        var conversation = chat.Conversation(lounge.Id);
        await using var device = chat.Connect(linus);
        await device.Opened();
        await chat.Post(lounge, ada, "edited while linus is out");
        await chat.Post(lounge, ada, "edited before");
        await conversation.Edit(new EditMessage(ada.Actor, 2, "edited before, and seen"));
        await chat.Post(lounge, ada, "edited after");
        await device.HearsMessages(3);

        await conversation.RemoveMember(new RemoveMember(ada.Actor, linus.Id));
        await conversation.Edit(new EditMessage(ada.Actor, 1, "a secret"));
        await conversation.AddMember(new AddMember(ada.Actor, new NewMember(linus.Id, null, null)));
        await conversation.RemoveMember(new RemoveMember(ada.Actor, linus.Id));
        await conversation.AddMember(new AddMember(ada.Actor, new NewMember(linus.Id, null, null)));
        await conversation.Edit(new EditMessage(ada.Actor, 3, "another secret"));
        for (var i = 0; i < 20; i++)
        {
            await chat.Post(lounge, ada, $"again with linus {i}");
        }

        await device.HearsMessages(23);
        // Once memory has let go of them, the first events are completed from the conversation's log, as it now is.
        var expected = history == HistoryAccess.All ? "a secret" : "";
        var first = await Eventually.Is(() => GoOn(lounge, linus), texts => texts[0] == expected, "the first event as the log now has it");

        Assert.Equal("edited before, and seen", first[1]);
        Assert.Equal(history == HistoryAccess.All ? ["a secret", "another secret"] : ["", ""], [first[0], first[2]]);
    }

    [Fact]
    public async Task Device_ThatShowedTheConversationBefore_SuppressesNothingAfterRejoining()
    {
        var (ada, linus) = (Person.Ada(), Person.Linus());
        var lounge = await chat.Create(ConversationKind.Group, ada, linus);
        await using var device = chat.Connect(linus);
        await device.Opened();
        await device.Show(new Attention(lounge.Id, Visible: true, DateTime.UtcNow));

        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, linus.Id));
        await chat.Conversation(lounge.Id).AddMember(new AddMember(ada.Actor, new NewMember(linus.Id, null, null)));
        await chat.Post(lounge, ada, "welcome back");
        await device.HearsMessages(1);

        Assert.Equal(NotificationVerdict.Notified, Assert.Single(device.Events, one => one.Message is not null).Entry.Verdict);
        await device.Show(new Attention(lounge.Id, Visible: true, DateTime.UtcNow));
        await chat.Post(lounge, ada, "seen");
        await device.HearsMessages(2);
        Assert.Equal(NotificationVerdict.Shown, device.Events[^1].Entry.Verdict);
    }

    /// <summary>The first texts of the feed; what is posted meanwhile crowds them out of memory.</summary>
    private async Task<List<string>> GoOn(ConversationView lounge, Person person)
    {
        await chat.Post(lounge, person, "go on");
        var page = await chat.User(person).ReadFeed(person.Actor, new FeedPosition(null, 0), 200);
        return [.. page.Events.Where(one => one.Entry.Kind == FeedEntryKind.NewMessage).Select(one => one.Message!.Text).Take(3)];
    }
}
