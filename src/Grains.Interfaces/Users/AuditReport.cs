using System.Collections.Immutable;
using ChatOrleans.Ids;

namespace ChatOrleans.Users;

/// <summary>What an audit can find. Names in snake case are contract.</summary>
[GenerateSerializer, Alias("chat.AuditKind")]
public enum AuditKind
{
    /// <summary>The feed's entries are not contiguous by cursor. Expected and found are cursors.</summary>
    FeedGap = 0,
    /// <summary>The feed lacks a message of the conversation, or has one twice. Seqs.</summary>
    MessageGap = 1,
    /// <summary>The feed is not as far as the conversation. Seqs.</summary>
    Behind = 2,
    /// <summary>The conversation and the inbox do not agree on whether the user is a member. 1 or 0.</summary>
    Membership = 3,
    /// <summary>Unread messages, counted anew. Counts.</summary>
    UnreadMessages = 4,
    /// <summary>Unread notifications, counted anew. Counts.</summary>
    UnreadNotifications = 5,
    /// <summary>A notification is unread although its message is deleted. 0, and the seq.</summary>
    UnreadOfDeleted = 6,
    /// <summary>The feed says of a message that somebody else sent it. The message's seq, twice.</summary>
    Sender = 7,
}

/// <param name="ConversationId">Null where the finding is about the whole inbox.</param>
[GenerateSerializer, Immutable, Alias("chat.AuditFinding")]
public sealed record AuditFinding(
    [property: Id(0)] AuditKind Kind,
    [property: Id(1)] ConversationId? ConversationId,
    [property: Id(2)] long Expected,
    [property: Id(3)] long Found);

/// <summary>What an audit looked at and what differs: nothing, if all is well.</summary>
[GenerateSerializer, Immutable, Alias("chat.AuditReport")]
public sealed record AuditReport
{
    /// <summary>The end of the feed at that moment.</summary>
    [Id(0)] public required long Cursor { get; init; }
    [Id(1)] public required long CheckedEvents { get; init; }
    [Id(2)] public required long CheckedConversations { get; init; }
    [Id(3)] public required long CheckedMessages { get; init; }
    [Id(4)] public ImmutableArray<AuditFinding> Findings { get; init; } = [];
}
