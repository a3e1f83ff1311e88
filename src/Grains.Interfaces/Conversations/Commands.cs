using System.Collections.Immutable;
using ChatOrleans.Errors;
using ChatOrleans.Ids;

namespace ChatOrleans.Conversations;

/// <summary>Who acts: the token's <c>sub</c> and, where it has one, its <c>name</c>.</summary>
[GenerateSerializer, Immutable, Alias("chat.Actor")]
public readonly record struct Actor([property: Id(0)] UserId Id, [property: Id(1)] string? Name);

[GenerateSerializer, Immutable, Alias("chat.NewMember")]
public sealed record NewMember([property: Id(0)] UserId UserId, [property: Id(1)] string? Label, [property: Id(2)] MemberRole? Role);

[GenerateSerializer, Immutable, Alias("chat.CreateConversation")]
public sealed record CreateConversation
{
    [Id(0)] public required Actor Actor { get; init; }
    [Id(1)] public required ConversationKind Kind { get; init; }
    [Id(2)] public string? Title { get; init; }
    /// <summary>The others; the creator may be among them to give themselves a label.</summary>
    [Id(3)] public required ImmutableArray<NewMember> Members { get; init; }
    [Id(4)] public string? Meta { get; init; }
    [Id(5)] public HistoryAccess History { get; init; }

    /// <summary>Without title, labels and meta.</summary>
    public override string ToString() => $"CreateConversation {{ {Actor.Id}, {Kind}, {Members.Length} members }}";
}

/// <param name="View">As the creator sees it.</param>
/// <param name="Created">False when it was there already.</param>
[GenerateSerializer, Immutable, Alias("chat.CreateOutcome")]
public sealed record CreateOutcome([property: Id(0)] ConversationView View, [property: Id(1)] bool Created);

/// <summary>What is null stays as it is.</summary>
[GenerateSerializer, Immutable, Alias("chat.ChangeConversation")]
public sealed record ChangeConversation
{
    [Id(0)] public required Actor Actor { get; init; }
    [Id(1)] public string? Title { get; init; }
    [Id(2)] public string? Meta { get; init; }
    [Id(3)] public HistoryAccess? History { get; init; }

    /// <summary>Without title and meta.</summary>
    public override string ToString() => $"ChangeConversation {{ {Actor.Id}, {History} }}";
}

[GenerateSerializer, Immutable, Alias("chat.AddMember")]
public sealed record AddMember([property: Id(0)] Actor Actor, [property: Id(1)] NewMember Member);

[GenerateSerializer, Immutable, Alias("chat.RemoveMember")]
public sealed record RemoveMember([property: Id(0)] Actor Actor, [property: Id(1)] UserId UserId);

[GenerateSerializer, Immutable, Alias("chat.PostMessage")]
public sealed record PostMessage
{
    [Id(0)] public required Actor Actor { get; init; }
    [Id(1)] public required string Text { get; init; }
    [Id(2)] public string? ClientMessageId { get; init; }
    /// <summary>A JSON object as text, or null.</summary>
    [Id(3)] public string? Meta { get; init; }

    /// <summary>Without text and meta.</summary>
    public override string ToString() => $"PostMessage {{ {Actor.Id}, {ClientMessageId} }}";
}

/// <param name="Message">As it now is.</param>
/// <param name="Repeated">True when the same client message id had been posted before.</param>
[GenerateSerializer, Immutable, Alias("chat.PostOutcome")]
public sealed record PostOutcome([property: Id(0)] Message Message, [property: Id(1)] bool Repeated);

/// <summary>Either what became of a post, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("chat.PostAnswer")]
public sealed record PostAnswer([property: Id(0)] PostOutcome? Outcome, [property: Id(1)] ChatException? Refusal);

[GenerateSerializer, Immutable, Alias("chat.EditMessage")]
public sealed record EditMessage([property: Id(0)] Actor Actor, [property: Id(1)] long Seq, [property: Id(2)] string Text)
{
    /// <summary>Without the text.</summary>
    public override string ToString() => $"EditMessage {{ {Actor.Id}, seq {Seq} }}";
}

[GenerateSerializer, Immutable, Alias("chat.DeleteMessage")]
public sealed record DeleteMessage([property: Id(0)] Actor Actor, [property: Id(1)] long Seq);
