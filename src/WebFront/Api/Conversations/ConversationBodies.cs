using System.Collections.Immutable;
using System.Text.Json;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Commands;

namespace ChatOrleans.WebFront.Api;

/// <param name="UserId">Who.</param>
/// <param name="Label">What others see as <c>sender</c>, such as "customer"; 64 characters at the most.</param>
internal sealed record FirstMemberBody(string? UserId, string? Label = null);

/// <param name="Kind">direct, group or support.</param>
/// <param name="Members">The others; oneself may be among them, to have a label. Direct: exactly one other.</param>
/// <param name="Title">200 characters at the most.</param>
/// <param name="Meta">Any JSON object, 4 KiB and 4 levels at the most.</param>
/// <param name="History">What later members may read: all (default) or since_joined.</param>
/// <param name="ClientRequestId">The creator's own id of this request: a repeat with it makes no second conversation.</param>
internal sealed record CreateBody(
    string? Kind,
    ImmutableArray<FirstMemberBody?>? Members,
    string? Title = null,
    JsonElement? Meta = null,
    string? History = null,
    string? ClientRequestId = null)
{
    /// <summary>Without title and meta.</summary>
    public override string ToString() => $"CreateBody {{ {Kind} }}";

    /// <summary>What to ask the grain, and which. Throws ChatException: InvalidRequest.</summary>
    public (ConversationId Id, CreateConversation Command) Check(Actor actor, ChatLimits limits)
    {
        var members = (Members is { IsDefault: false } given ? given : [])
            .Select(member => new NewMember(UserIds.Parse(member?.UserId), member?.Label, null))
            .ToImmutableArray();
        var command = new CreateConversation
        {
            Actor = actor,
            Kind = Choices.Kind(Kind),
            Title = Title,
            Members = members,
            Meta = MetaText.Of(Meta),
            History = Choices.History(History) ?? HistoryAccess.All,
        };
        return (Id(command, ClientIds.Check("client_request_id", ClientRequestId, limits)), command);
    }

    /// <summary>The id says which conversation is meant, so that two who create the same one at the same time meet in one grain.</summary>
    private static ConversationId Id(CreateConversation command, string? clientRequestId)
    {
        if (command.Kind == ConversationKind.Direct)
        {
            var others = command.Members.Select(member => member.UserId).Where(user => user != command.Actor.Id).Distinct().ToList();
            return others is [var other]
                ? ConversationId.Direct(command.Actor.Id, other)
                : throw ChatException.Invalid("A direct conversation is with exactly one other user: give one in members.");
        }

        return clientRequestId is null ? ConversationId.New() : ConversationId.Requested(command.Actor.Id, clientRequestId);
    }
}

/// <summary>What is left out, or null, stays as it is.</summary>
/// <param name="Title">200 characters at the most.</param>
/// <param name="Meta">Any JSON object, 4 KiB and 4 levels at the most; takes the place of the whole.</param>
/// <param name="History">What later members may read: all or since_joined.</param>
/// <param name="Muted">No notifications for me. Mine alone; every member may.</param>
internal sealed record ChangeBody(string? Title = null, JsonElement? Meta = null, string? History = null, bool? Muted = null)
{
    /// <summary>Without title and meta.</summary>
    public override string ToString() => $"ChangeBody {{ {History} {Muted} }}";

    /// <summary>What changes for everybody; null where nothing does.</summary>
    public ChangeConversation? ForAll(Actor actor)
    {
        var command = new ChangeConversation { Actor = actor, Title = Title, Meta = MetaText.Replacing(Meta), History = Choices.History(History) };
        return command is { Title: null, Meta: null, History: null } ? null : command;
    }
}

/// <param name="Seq">Read up to and with this one; above the last it means the last.</param>
internal sealed record ReadBody(long? Seq);
