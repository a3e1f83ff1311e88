using ChatOrleans.Conversations;
using ChatOrleans.Testing;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>Who is online is kept for groups up to 50.</summary>
public sealed class PresenceTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    [Fact]
    public async Task Online_WhenTheGroupGrowsBeyondWhatIsKept_IsNotShown_AndIsTrueAgainWhenItShrinks()
    {
        var (ada, grace, linus) = (Person.Ada(), Person.Grace(), Person.Linus());
        Person[] others = [grace, .. Enumerable.Range(1, 48).Select(i => new Person($"member{i}"))];
        var lounge = await chat.Create(ConversationKind.Group, ada, others);
        var hers = chat.Connect(grace);
        var devices = others.Skip(1).Prepend(ada).Select(person => chat.Connect(person)).ToList();
        await Task.WhenAll(devices.Append(hers).Select(device => device.Opened()));
        await Shows(50);

        await chat.Conversation(lounge.Id).AddMember(new AddMember(ada.Actor, new NewMember(linus.Id, null, null)));
        await hers.DisposeAsync();
        await Eventually.Is(() => chat.User(grace).IsOnline(), online => !online, "grace's leaving");
        await Shows(0);

        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, linus.Id));
        Assert.DoesNotContain((await Shows(49)).Members, member => member.UserId == grace.Id && member.Online);
        foreach (var device in devices)
        {
            await device.DisposeAsync();
        }

        Task<ConversationView> Shows(int online) => Eventually.Is(
            () => chat.Conversation(lounge.Id).View(ada.Id), view => view.Members.Count(member => member.Online) == online, $"{online} who are online");
    }
}
