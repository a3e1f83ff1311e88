using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Ids;
using ErrorCode = ChatOrleans.Errors.ErrorCode;

namespace ChatOrleans.Grains.Tests.Conversations;

public sealed class ConversationRulesTests
{
    private static readonly ChatLimits _limits = new();
    private static readonly UserId _owner = new("ada");
    private static readonly UserId _admin = new("grace");
    private static readonly UserId _member = new("linus");
    private static readonly UserId _stranger = new("mallory");

    [Fact]
    public void Post_ByAStranger_IsRefused() => AssertRefused(ErrorCode.NotAMember, () => Post(_stranger, "hello"));

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n ")]
    public void Post_OfABlankText_IsRefused(string text) => AssertRefused(ErrorCode.InvalidRequest, () => Post(_member, text));

    [Fact]
    public void Post_AtTheLimit_Passes_AndBeyondItIsTooLarge()
    {
        Post(_member, new string('x', _limits.TextLength));
        AssertRefused(ErrorCode.TooLarge, () => Post(_member, new string('x', _limits.TextLength + 1)));
    }

    [Theory]
    [InlineData("""{"a":{"b":{"c":1}}}""", null)]
    [InlineData("""{"a":{"b":{"c":{"d":{}}}}}""", ErrorCode.InvalidRequest)]
    [InlineData("[1]", ErrorCode.InvalidRequest)]
    [InlineData("1", ErrorCode.InvalidRequest)]
    [InlineData("{", ErrorCode.InvalidRequest)]
    [InlineData("""{"a":{"a":"__proto__"}}""", null)]
    [InlineData("""{"a":1,"a":2}""", ErrorCode.InvalidRequest)]
    [InlineData("""{"a":[{"b":1,"\u0062":2}]}""", ErrorCode.InvalidRequest)]
    [InlineData("""{"__proto__":1}""", ErrorCode.InvalidRequest)]
    [InlineData("""{"a":[{"\u005f_proto__":1}]}""", ErrorCode.InvalidRequest)]
    public void Post_WithMeta_MustBeAnObjectThatEverybodyReads(string meta, ErrorCode? refused)
    {
        void Act() => ConversationRules.CheckPost(Group(), new PostMessage { Actor = new(_member, null), Text = "x", Meta = meta }, _limits);
        if (refused is { } code)
        {
            AssertRefused(code, Act);
        }
        else
        {
            Act();
        }
    }

    [Fact]
    public void Post_WithMetaBeyondTheLimit_IsTooLarge() => AssertRefused(
        ErrorCode.TooLarge,
        () => ConversationRules.CheckPost(
            Group(), new PostMessage { Actor = new(_member, null), Text = "x", Meta = $$"""{"a":"{{new string('x', _limits.MetaBytes)}}"}""" }, _limits));

    /// <summary>Who may do what to whose message: own always, others' as admin, but never in a direct conversation.</summary>
    [Theory]
    [InlineData("linus", "linus", false, null)]
    [InlineData("linus", "ada", false, null)]
    [InlineData("linus", "grace", false, null)]
    [InlineData("ada", "linus", false, ErrorCode.Forbidden)]
    [InlineData("linus", "ada", true, ErrorCode.Forbidden)]
    public void ChangeAMessage_IsForItsSenderAndAdmins(string sender, string actor, bool direct, ErrorCode? refused)
    {
        var message = new Message { ConversationId = ConversationId.New(), Seq = 1, SenderId = new(sender), Text = "x", Timestamp = default };
        var state = Group() with { Kind = direct ? ConversationKind.Direct : ConversationKind.Group };
        void Act() => ConversationRules.CheckOwnOrAdmin(state, message, new UserId(actor));
        if (refused is { } code)
        {
            AssertRefused(code, Act);
        }
        else
        {
            Act();
        }
    }

    [Theory]
    [InlineData("linus", "mallory", null, ErrorCode.Forbidden)]
    [InlineData("grace", "mallory", null, null)]
    [InlineData("grace", "mallory", MemberRole.Owner, ErrorCode.Forbidden)]
    [InlineData("grace", "ada", MemberRole.Member, ErrorCode.Forbidden)]
    [InlineData("ada", "ada", MemberRole.Member, ErrorCode.InvalidRequest)]
    [InlineData("ada", "grace", MemberRole.Owner, null)]
    [InlineData("mallory", "mallory", null, ErrorCode.NotAMember)]
    public void AddOrChangeAMember_FollowsRoles(string actor, string user, MemberRole? role, ErrorCode? refused)
    {
        void Act() => ConversationRules.CheckAddMember(Group(), new AddMember(new(new(actor), null), new NewMember(new(user), null, role)), _limits);
        if (refused is { } code)
        {
            AssertRefused(code, Act);
        }
        else
        {
            Act();
        }
    }

    [Theory]
    [InlineData("linus", "linus", null)]
    [InlineData("linus", "grace", ErrorCode.Forbidden)]
    [InlineData("grace", "linus", null)]
    [InlineData("grace", "ada", ErrorCode.Forbidden)]
    [InlineData("grace", "mallory", ErrorCode.NotFound)]
    [InlineData("ada", "grace", null)]
    [InlineData("mallory", "linus", ErrorCode.NotAMember)]
    public void RemoveAMember_FollowsRoles(string actor, string user, ErrorCode? refused)
    {
        void Act() => ConversationRules.CheckRemoveMember(Group(), new RemoveMember(new(new(actor), null), new(user)));
        if (refused is { } code)
        {
            AssertRefused(code, Act);
        }
        else
        {
            Act();
        }
    }

    [Fact]
    public void ADirectConversation_HasExactlyOneOther_AndNobodyComesOrGoes()
    {
        var direct = Group() with { Kind = ConversationKind.Direct };
        AssertRefused(ErrorCode.Forbidden, () => ConversationRules.CheckRemoveMember(direct, new RemoveMember(new(_owner, null), _owner)));
        AssertRefused(
            ErrorCode.Forbidden,
            () => ConversationRules.CheckAddMember(direct, new AddMember(new(_owner, null), new NewMember(_stranger, null, null)), _limits));
        foreach (var others in new[] { Array.Empty<UserId>(), [_owner], [_admin, _member] })
        {
            AssertRefused(ErrorCode.InvalidRequest, () => ConversationRules.CheckCreate(
                new CreateConversation
                {
                    Actor = new(_owner, null),
                    Kind = ConversationKind.Direct,
                    Members = [.. others.Select(user => new NewMember(user, null, null))],
                },
                _limits));
        }
    }

    private static void Post(UserId actor, string text) =>
        ConversationRules.CheckPost(Group(), new PostMessage { Actor = new(actor, null), Text = text }, _limits);

    private static void AssertRefused(ErrorCode code, Action act) => Assert.Equal(code, Assert.Throws<ChatException>(act).Code);

    private static ConversationState Group() => ConversationState.Empty.Apply(new Change
    {
        Rev = 1,
        AtSeq = 0,
        Type = ChangeType.Created,
        Kind = ConversationKind.Group,
        UserId = _owner,
        Timestamp = DateTime.UnixEpoch,
        Members =
        [
            new Member { UserId = _owner, Role = MemberRole.Owner, AddedRev = 1 },
            new Member { UserId = _admin, Role = MemberRole.Admin, AddedRev = 1 },
            new Member { UserId = _member, AddedRev = 1 },
        ],
    });
}
