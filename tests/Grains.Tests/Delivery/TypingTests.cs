using ChatOrleans.Conversations;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>Typing is shown in groups up to 100.</summary>
public sealed class TypingTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    [Fact]
    public async Task Typing_InAGroupBeyondAHundred_IsShownToNobody_AndInOneOfAHundredToAll()
    {
        var (ada, grace, linus) = (Person.Ada(), Person.Grace(), Person.Linus());
        Person[] others = [grace, linus, .. Enumerable.Range(1, 98).Select(i => new Person($"member{i}"))];
        var lounge = await chat.Create(ConversationKind.Group, ada, others);
        await using var device = chat.Connect(grace);
        await device.Opened();

        await chat.Conversation(lounge.Id).Typing(ada.Id);
        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, others[^1].Id));
        await chat.Conversation(lounge.Id).Typing(linus.Id);

        // Hers would have come before his.
        await device.Until(() => TypingOf(linus), "linus typing");
        Assert.False(TypingOf(ada));

        bool TypingOf(Person person) => device.Hints.Any(hint => hint.Kind == EphemeralKind.Typing && hint.UserId == person.Id);
    }
}
