using ChatOrleans.Conversations;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>Who is online is kept for groups up to 50, and wherever they act, in however many conversations they are.</summary>
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

    [Fact]
    public async Task Online_InAConversationThatIsNoneOfTheLatest_IsKnownWhereOneActs_UntilOneGoes()
    {
        var (ada, others) = (Person.Ada(), People(51));
        var conversations = await Create(ada, others);
        await using var his = chat.Connect(others[0]);
        await his.Opened();
        var hers = chat.Connect(ada);
        await hers.Opened();

        await chat.Post(conversations[0], ada, "hello");
        await Shows(conversations[0], others[0], ada, online: true);
        await chat.Conversation(conversations[0].Id).Typing(others[0].Id);
        await hers.Hears(EphemeralKind.Typing);

        foreach (var conversation in conversations.Skip(1))
        {
            await chat.Post(conversation, ada, "hello");
        }

        await hers.HearsMessages(conversations.Count);
        await hers.DisposeAsync();
        await Shows(conversations[0], others[0], ada, online: false);
    }

    [Fact]
    public async Task Online_InAConversationThatIsNoneOfTheLatest_AndHasAsked_EndsWhenOneGoes()
    {
        var (ada, others) = (Person.Ada(), People(51));
        var conversations = await Create(ada, others);
        await chat.LetGo(conversations[0]);
        await using (var hers = chat.Connect(ada))
        {
            await hers.Opened();
            await Shows(conversations[0], others[0], ada, online: true);
        }

        await Shows(conversations[0], others[0], ada, online: false);
    }

    private static List<Person> People(int count) => [.. Enumerable.Range(1, count).Select(i => new Person($"friend{i}"))];

    private async Task<List<ConversationView>> Create(Person creator, List<Person> others)
    {
        var conversations = new List<ConversationView>();
        foreach (var other in others)
        {
            conversations.Add(await chat.Create(ConversationKind.Direct, creator, other));
        }

        return conversations;
    }

    private Task<ConversationView> Shows(ConversationView conversation, Person reader, Person member, bool online) => Eventually.Is(
        () => chat.Conversation(conversation.Id).View(reader.Id),
        view => view.Members.Single(one => one.UserId == member.Id).Online == online,
        $"{member.Name} to be shown as online: {online}");
}
