using System.Collections.Immutable;
using ChatOrleans.Ids;

namespace ChatOrleans.Conversations;

/// <summary>What a change of a conversation can be. Names in snake case are contract.</summary>
[GenerateSerializer, Alias("chat.ChangeType")]
public enum ChangeType
{
    Created = 0,
    MemberAdded = 1,
    MemberChanged = 2,
    MemberRemoved = 3,
    ConversationChanged = 4,
    MessageEdited = 5,
    MessageDeleted = 6,
}

/// <summary>
/// One change of a conversation. Its rev starts at 1 and has no gaps; <see cref="AtSeq"/> is the last message before it, which
/// puts messages and changes into one order: every message up to AtSeq, then the change.
/// </summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.Change")]
public sealed record Change
{
    [Id(0)] public required long Rev { get; init; }
    [Id(1)] public required long AtSeq { get; init; }
    [Id(2)] public required ChangeType Type { get; init; }
    /// <summary>Who made the change.</summary>
    [Id(3)] public required UserId UserId { get; init; }
    [Id(4)] public required DateTime Timestamp { get; init; }

    /// <summary>Created: all first members. MemberAdded, MemberChanged, MemberRemoved: those concerned, as they then were.</summary>
    [Id(5)] public ImmutableArray<Member> Members { get; init; } = [];
    /// <summary>Created only.</summary>
    [Id(6)] public ConversationKind Kind { get; init; }
    /// <summary>Created, ConversationChanged: the new value; null where it did not change. MemberAdded: the title at that time.</summary>
    [Id(7)] public string? Title { get; init; }
    [Id(8)] public string? Meta { get; init; }
    /// <summary>Created, ConversationChanged: likewise. MemberAdded, MessageEdited, MessageDeleted: the setting at that time, for those who came later.</summary>
    [Id(9)] public HistoryAccess? History { get; init; }
    /// <summary>MessageEdited, MessageDeleted: which message.</summary>
    [Id(10)] public long MessageSeq { get; init; }
    /// <summary>MessageEdited, MessageDeleted, when read: the message as it now is. Not stored with the change.</summary>
    [Id(11)] public Message? Message { get; init; }

    public bool ConcernsMessage => Type is ChangeType.MessageEdited or ChangeType.MessageDeleted;

    /// <summary>Without title and meta.</summary>
    public override string ToString() => $"Change {{ rev {Rev}, at_seq {AtSeq}, {Type} by {UserId} }}";
}

/// <summary>Message or change: what a conversation's two logs hold, in their one order. Exactly one of the two is set.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.ConversationEvent")]
public readonly record struct ConversationEvent([property: Id(0)] Message? Message, [property: Id(1)] Change? Change)
{
    /// <summary>The W3C traceparent of the request that posted the message; null where that was not sampled.</summary>
    [Id(2)] public string? Trace { get; init; }

    public static implicit operator ConversationEvent(Message message) => new(message, null);

    public static implicit operator ConversationEvent(Change change) => new(null, change);
}

/// <summary>A place in both logs of a conversation.</summary>
[GenerateSerializer, Immutable, Alias("chat.Position")]
public readonly record struct Position([property: Id(0)] long Seq, [property: Id(1)] long Rev)
{
    public bool Covers(Position other) => Seq >= other.Seq && Rev >= other.Rev;

    public static Position Max(Position a, Position b) => new(Math.Max(a.Seq, b.Seq), Math.Max(a.Rev, b.Rev));
}
