using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;

namespace ChatOrleans.Grains.Conversations;

/// <summary>What can be done in a conversation, as far as it takes a right of its own.</summary>
public enum ConversationAction
{
    Read,
    Post,
    ShowTyping,
    KeepOwnMarks,
    ChangeOwnMessage,
    ChangeOthersMessage,
    ChangeConversation,
    AddMember,
    ChangeMember,
    MakeOrChangeOwner,
    Leave,
    RemoveMember,
    RemoveAdmin,
    RemoveOwner,
}

/// <summary>Who may do one thing.</summary>
/// <param name="InGroup">The least role that it takes in a group or support conversation; null: nobody may.</param>
/// <param name="InDirect">The least role that it takes in a direct conversation; null: nobody may.</param>
/// <param name="Refusal">What a member is told who may not.</param>
/// <param name="DirectRefusal">The same in a direct conversation, where it is another.</param>
public sealed record ConversationRight(
    ConversationAction Action, string Means, MemberRole? InGroup, MemberRole? InDirect, string Refusal = "", string? DirectRefusal = null)
{
    public MemberRole? LeastIn(ConversationKind kind) => kind == ConversationKind.Direct ? InDirect : InGroup;
}

/// <summary>
/// The one table of rights in conversations: the rules decide by it, docs/authorization.md is made from it, and so are the tests.
/// Whoever is no member has none of them, whether the conversation exists or not.
/// </summary>
public static class ConversationRights
{
    private const MemberRole Member = MemberRole.Member;
    private const MemberRole Admin = MemberRole.Admin;
    private const MemberRole Owner = MemberRole.Owner;
    private const string NobodyComesOrGoes = "Nobody leaves a direct conversation: mute it.";
    private const string NobodyIsAdded = "Nobody is added to a direct conversation: create a group.";

    public static ImmutableArray<ConversationRight> Table { get; } =
    [
        new(ConversationAction.Read, "Read messages, members, changes and the conversation itself; be told of what happens", Member, Member),
        new(ConversationAction.Post, "Send messages", Member, Member),
        new(ConversationAction.ShowTyping, "Show others that one is typing", Member, Member),
        new(ConversationAction.KeepOwnMarks, "Move one's own read mark, mute it for oneself, say what one's device shows", Member, Member),
        new(ConversationAction.ChangeOwnMessage, "Edit and delete one's own messages", Member, Member),
        new(ConversationAction.ChangeOthersMessage, "Edit and delete others' messages", Admin, null,
            "Only its sender, or an owner or admin, may change a message."),
        new(ConversationAction.ChangeConversation, "Change title, meta and history", Admin, Member,
            "Only an owner or admin may change the conversation."),
        new(ConversationAction.AddMember, "Add members", Admin, null, "Only an owner or admin may add or change members.", NobodyIsAdded),
        new(ConversationAction.ChangeMember, "Change members' labels and roles", Admin, null,
            "Only an owner or admin may add or change members.", NobodyIsAdded),
        new(ConversationAction.MakeOrChangeOwner, "Hand ownership on, change the owner's label", Owner, null,
            "Only the owner may make or change an owner.", NobodyIsAdded),
        new(ConversationAction.Leave, "Leave", Member, null, "", NobodyComesOrGoes),
        new(ConversationAction.RemoveMember, "Remove members", Admin, null, "Only an owner or admin may remove others.", NobodyComesOrGoes),
        new(ConversationAction.RemoveAdmin, "Remove admins", Owner, null, "Only the owner may remove an admin, and nobody the owner.", NobodyComesOrGoes),
        new(ConversationAction.RemoveOwner, "Remove the owner", null, null, "Only the owner may remove an admin, and nobody the owner.", NobodyComesOrGoes),
    ];

    public static ConversationRight Of(ConversationAction action) => Table[(int)action];

    public static bool Allows(ConversationKind kind, MemberRole role, ConversationAction action) => role >= Of(action).LeastIn(kind);

    /// <exception cref="ChatException">Forbidden.</exception>
    public static void Check(ConversationKind kind, MemberRole role, ConversationAction action)
    {
        if (!Allows(kind, role, action))
        {
            var right = Of(action);
            throw ChatException.Forbidden(kind == ConversationKind.Direct ? right.DirectRefusal ?? right.Refusal : right.Refusal);
        }
    }
}
