using System.Collections.Immutable;
using ChatOrleans.Ids;

namespace ChatOrleans.Conversations;

[GenerateSerializer, Alias("chat.ConversationKind")]
public enum ConversationKind
{
    /// <summary>Two people; nobody is added or removed; the same two always share the same one.</summary>
    Direct = 0,
    Group = 1,
    /// <summary>Like a group, with labels such as "customer" and "agent".</summary>
    Support = 2,
}

/// <summary>What a member who was added later may read.</summary>
[GenerateSerializer, Alias("chat.HistoryAccess")]
public enum HistoryAccess
{
    All = 0,
    SinceJoined = 1,
}

/// <summary>
/// A conversation as one member sees it, but for what only their own user grain knows (read_seq, muted). Members are 50 at the
/// most: the reader, then owner and admins, then others in the order they came.
/// </summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.ConversationView")]
public sealed record ConversationView
{
    public const int MaxMembersShown = 50;

    [Id(0)] public required ConversationId Id { get; init; }
    [Id(1)] public required ConversationKind Kind { get; init; }
    [Id(2)] public string Title { get; init; } = "";
    [Id(3)] public string? Meta { get; init; }
    [Id(4)] public HistoryAccess History { get; init; }
    [Id(5)] public ImmutableArray<MemberView> Members { get; init; } = [];
    [Id(6)] public int MemberCount { get; init; }
    [Id(7)] public required DateTime CreatedAt { get; init; }
    /// <summary>The first message that this reader can still read; 1 as long as nothing was removed and history is not since_joined.</summary>
    [Id(8)] public long FirstSeq { get; init; } = 1;
    [Id(9)] public long LastSeq { get; init; }
    [Id(10)] public long Rev { get; init; }
    [Id(11)] public Message? LastMessage { get; init; }

    /// <summary>Without title and meta.</summary>
    public override string ToString() => $"ConversationView {{ {Id}, last_seq {LastSeq}, rev {Rev} }}";
}
