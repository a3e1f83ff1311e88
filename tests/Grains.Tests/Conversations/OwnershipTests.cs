using ChatOrleans.Conversations;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Tests.Conversations;

/// <summary>A group has one owner, and its changes name them.</summary>
public sealed class OwnershipTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    private readonly Person _ada = Person.Ada();
    private readonly Person _grace = Person.Grace();
    private readonly Person _linus = Person.Linus();

    [Fact]
    public async Task AddMember_AsOwner_HandsOwnershipOver()
    {
        var lounge = await chat.Create(ConversationKind.Group, _ada, _grace);

        await Add(lounge, _linus, MemberRole.Owner);

        await AssertRoles(lounge, (_ada, MemberRole.Admin), (_grace, MemberRole.Member), (_linus, MemberRole.Owner));
    }

    [Fact]
    public async Task RemoveMember_OfTheOwner_NamesTheHeir()
    {
        var lounge = await chat.Create(ConversationKind.Group, _ada, _grace);
        await Add(lounge, _linus, MemberRole.Admin);

        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(_ada.Actor, _ada.Id));

        await AssertRoles(lounge, (_grace, MemberRole.Member), (_linus, MemberRole.Owner));
    }

    [Fact]
    public async Task ForgetMember_OfTheOwner_NamesTheHeir()
    {
        var lounge = await chat.Create(ConversationKind.Group, _ada, _grace);

        await chat.Grains.GetGrain<IConversationKeeping>(lounge.Id.Value).ForgetMember(_ada.Id);

        await AssertRoles(lounge, (_grace, MemberRole.Owner));
    }

    [Fact]
    public async Task RemoveMember_OfTheLastOne_IsOneChange()
    {
        var lounge = await chat.Create(ConversationKind.Group, _ada);

        await chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(_ada.Actor, _ada.Id));

        Assert.Equal(2, (await chat.Logs.ReadHead(new Logs.LogOwner($"conversation/{lounge.Id}")))[Logs.LogTrack.Changes].Last);
    }

    private Task<ConversationView> Add(ConversationView conversation, Person person, MemberRole role) =>
        chat.Conversation(conversation.Id).AddMember(new AddMember(_ada.Actor, new NewMember(person.Id, null, role)));

    /// <summary>As the conversation has them, as its changes are read again, and as a device folds what they list.</summary>
    private async Task AssertRoles(ConversationView conversation, params (Person Person, MemberRole Role)[] expected)
    {
        var reader = expected[^1].Person.Id;
        var roles = expected.ToDictionary(one => one.Person.Id, one => one.Role);
        var members = (await chat.Conversation(conversation.Id).ReadMembers(reader, null, 10)).Members;
        Assert.Equal(roles, members.ToDictionary(member => member.UserId, member => member.Role));

        var changes = (await chat.Conversation(conversation.Id).ReadChanges(reader, 0, 100)).Changes;
        var read = changes.Aggregate(ConversationState.Empty, (state, change) => state.Apply(change));
        Assert.Equal(roles, read.Members.ToDictionary(member => member.Key, member => member.Value.Role));

        var folded = new Dictionary<UserId, MemberRole>();
        foreach (var (change, member) in changes.SelectMany(change => change.Members.Select(member => (change, member))))
        {
            if (change.Type == ChangeType.MemberRemoved)
            {
                folded.Remove(member.UserId);
            }
            else
            {
                folded[member.UserId] = member.Role;
            }
        }

        Assert.Equal(roles, folded);
    }
}
