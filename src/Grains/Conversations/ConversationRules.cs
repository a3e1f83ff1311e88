using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>What may be done: pure checks that refuse with a ChatException or do nothing.</summary>
public static class ConversationRules
{
    public static Member CheckMember(ConversationState state, UserId user) =>
        state.Members.TryGetValue(user, out var member) ? member : throw ChatException.NotAMember();

    public static void CheckCreate(CreateConversation command, ChatLimits limits)
    {
        CheckTitle(command.Title, limits);
        MetaRules.Check(command.Meta, limits);
        var others = command.Members.Select(member => member.UserId).Where(user => user != command.Actor.Id).ToHashSet();
        if (command.Kind == ConversationKind.Direct && others.Count != 1)
        {
            throw ChatException.Invalid("A direct conversation is with exactly one other user: give one in members.");
        }

        if (others.Count + 1 > limits.Members)
        {
            throw ChatException.Invalid($"A conversation has at most {limits.Members} members.");
        }

        foreach (var member in command.Members)
        {
            CheckLabel(member.Label, limits);
        }
    }

    public static Member CheckPost(ConversationState state, PostMessage command, ChatLimits limits)
    {
        var sender = CheckMember(state, command.Actor.Id);
        Check(state, sender, ConversationAction.Post);
        CheckText(command.Text, limits);
        MetaRules.Check(command.Meta, limits);
        return sender;
    }

    public static void CheckEdit(ConversationState state, Message message, EditMessage command, ChatLimits limits)
    {
        CheckOwnOrAdmin(state, message, command.Actor.Id);
        if (message.Deleted)
        {
            throw ChatException.NotFound("This message was deleted.");
        }

        CheckText(command.Text, limits);
    }

    public static void CheckOwnOrAdmin(ConversationState state, Message message, UserId actor)
    {
        Check(state, CheckMember(state, actor), message.SenderId == actor
            ? ConversationAction.ChangeOwnMessage
            : ConversationAction.ChangeOthersMessage);
    }

    public static void CheckChange(ConversationState state, ChangeConversation command, ChatLimits limits)
    {
        Check(state, CheckMember(state, command.Actor.Id), ConversationAction.ChangeConversation);
        CheckTitle(command.Title, limits);
        MetaRules.Check(command.Meta, limits);
    }

    public static void CheckAddMember(ConversationState state, AddMember command, ChatLimits limits)
    {
        var actor = CheckMember(state, command.Actor.Id);
        var known = state.Members.GetValueOrDefault(command.Member.UserId);
        Check(state, actor, known is null ? ConversationAction.AddMember : ConversationAction.ChangeMember);
        CheckLabel(command.Member.Label, limits);
        if (command.Member.Role == MemberRole.Owner || known?.Role == MemberRole.Owner)
        {
            Check(state, actor, ConversationAction.MakeOrChangeOwner);
        }

        if (known?.Role == MemberRole.Owner && command.Member.Role is { } role && role != MemberRole.Owner)
        {
            throw ChatException.Invalid("A conversation keeps its owner: make somebody else the owner instead.");
        }

        if (known is null && state.Members.Count >= limits.Members)
        {
            throw ChatException.Invalid($"A conversation has at most {limits.Members} members.");
        }
    }

    public static void CheckRemoveMember(ConversationState state, RemoveMember command)
    {
        var actor = CheckMember(state, command.Actor.Id);
        if (command.UserId == command.Actor.Id)
        {
            Check(state, actor, ConversationAction.Leave);
            return;
        }

        Check(state, actor, ConversationAction.RemoveMember);
        if (!state.Members.TryGetValue(command.UserId, out var member))
        {
            throw ChatException.NotFound("This user is not a member.");
        }

        Check(state, actor, member.Role switch
        {
            MemberRole.Owner => ConversationAction.RemoveOwner,
            MemberRole.Admin => ConversationAction.RemoveAdmin,
            _ => ConversationAction.RemoveMember,
        });
    }

    private static void Check(ConversationState state, Member actor, ConversationAction action) =>
        ConversationRights.Check(state.Kind, actor.Role, action);

    private static void CheckText(string text, ChatLimits limits)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw ChatException.Invalid("A message needs a text that is not blank.");
        }

        if (text.Length > limits.TextLength)
        {
            throw ChatException.TooLarge($"A message's text has at most {limits.TextLength} characters; this one has {text.Length}.");
        }
    }

    private static void CheckTitle(string? title, ChatLimits limits)
    {
        if (title?.Length > limits.TitleLength)
        {
            throw ChatException.TooLarge($"A title has at most {limits.TitleLength} characters.");
        }
    }

    private static void CheckLabel(string? label, ChatLimits limits)
    {
        if (label is not null && (label.Length > limits.LabelLength || string.IsNullOrWhiteSpace(label)))
        {
            throw ChatException.Invalid($"A label has 1 to {limits.LabelLength} characters and is not blank.");
        }
    }
}
