using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Users;

/// <summary>What a feed's entry tells; each is an event type of the contract.</summary>
[GenerateSerializer, Alias("chat.FeedEntryKind")]
public enum FeedEntryKind
{
    NewMessage = 0,
    MessageUpdated = 1,
    MessageDeleted = 2,
    NewConversation = 3,
    ConversationUpdated = 4,
    ConversationRemoved = 5,
    /// <summary>One's own read mark moved.</summary>
    ConversationRead = 6,
    NotificationRead = 7,
    SystemAlert = 8,
    /// <summary>A message made its notification later than it came, because the device that showed it had gone silent.</summary>
    NotificationAdded = 9,
}

/// <summary>Why a message did or did not make a notification. Each message gets exactly one.</summary>
[GenerateSerializer, Alias("chat.NotificationVerdict")]
public enum NotificationVerdict
{
    /// <summary>The entry is no message.</summary>
    None = 0,
    Notified = 1,
    OwnMessage = 2,
    Muted = 3,
    /// <summary>A device shows the conversation, visible, at this moment.</summary>
    Shown = 4,
    /// <summary>Read elsewhere before the feed had it.</summary>
    AlreadyRead = 5,
    /// <summary>Deleted before the feed had it.</summary>
    Deleted = 6,
}

/// <summary>
/// One entry of a user's feed, as it is stored: positions and a verdict, no text (but an alert's, which lives nowhere else). A
/// message is looked up where it is when the entry is read, so an edited or erased text leaves no copy here.
/// </summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.FeedEntry")]
public sealed record FeedEntry
{
    /// <summary>Position in the feed; starts at 1, no gaps.</summary>
    [Id(0)] public required long Cursor { get; init; }
    [Id(1)] public required FeedEntryKind Kind { get; init; }
    [Id(2)] public required DateTime Timestamp { get; init; }
    [Id(3)] public ConversationId? ConversationId { get; init; }
    /// <summary>
    /// NewMessage, MessageUpdated, MessageDeleted, NotificationAdded: the message. NewConversation, ConversationRemoved: the last message
    /// before one joined or was removed. ConversationUpdated: up to here retention removed what one had not been told of; 0 where it did not.
    /// </summary>
    [Id(4)] public long Seq { get; init; }
    /// <summary>The change that made the entry; 0 where none did.</summary>
    [Id(5)] public long Rev { get; init; }
    /// <summary>NewMessage, ConversationRead: unread messages of the conversation right after this entry.</summary>
    [Id(6)] public long Unread { get; init; }
    [Id(7)] public NotificationVerdict Verdict { get; init; }
    /// <summary>ConversationRead: the new mark. NewConversation: the mark that one joins with.</summary>
    [Id(8)] public long ReadSeq { get; init; }
    /// <summary>NewConversation: who created it or added us. ConversationRemoved: who removed us (oneself: left).</summary>
    [Id(9)] public UserId? By { get; init; }
    /// <summary>NotificationRead: which; empty where all up to a cursor are meant.</summary>
    [Id(10)] public ImmutableArray<string> NotificationIds { get; init; } = [];
    [Id(11)] public long AllUpToCursor { get; init; }
    [Id(12)] public SystemAlert? Alert { get; init; }
    /// <summary>ConversationUpdated: the mute that this entry set; null where something else changed.</summary>
    [Id(13)] public bool? Muted { get; init; }
    /// <summary>NewMessage: the sender; folds move the sender's own mark by it.</summary>
    [Id(14)] public UserId? SenderId { get; init; }

    /// <summary>NewConversation: the conversation's title at that time; empty where it had none.</summary>
    [Id(15)] public string? Title { get; init; }

    /// <summary>
    /// NewConversation, ConversationUpdated: the history setting that it begins or goes on with; null where it did not change, and in
    /// entries from before it was noted.
    /// </summary>
    [Id(16)] public HistoryAccess? History { get; init; }

    /// <summary>NewMessage whose verdict is Shown: a device that showed the conversation; null in entries from before this was noted.</summary>
    [Id(17)] public string? ShownBy { get; init; }

    /// <summary>Its frame holds the conversation as it is when it is sent, which is read from that.</summary>
    public bool TellsOfConversation => Kind is FeedEntryKind.NewConversation or FeedEntryKind.ConversationUpdated;

    /// <summary>Without title and alert.</summary>
    public override string ToString() => $"FeedEntry {{ {Cursor} {Kind} {ConversationId} seq {Seq} rev {Rev} {Verdict} }}";

    /// <summary>The id of the notification that this entry made; null where it made none.</summary>
    public string? NotificationId => Kind switch
    {
        FeedEntryKind.NewMessage when Verdict == NotificationVerdict.Notified => InboxId.OfMessage(new MessageId(ConversationId!.Value, Seq)),
        FeedEntryKind.NotificationAdded => InboxId.OfMessage(new MessageId(ConversationId!.Value, Seq)),
        FeedEntryKind.NewConversation => InboxId.OfConversation(ConversationId!.Value, Rev),
        FeedEntryKind.SystemAlert => InboxId.OfAlert(Alert!.AlertId),
        _ => null,
    };
}

/// <summary>An entry with what a frame needs besides it.</summary>
/// <param name="Message">For entries about a message: as it now is.</param>
/// <param name="Notification">For entries that are notifications themselves (NewConversation, SystemAlert, NotificationAdded).</param>
[GenerateSerializer, Immutable, Alias("chat.FeedEvent")]
public sealed record FeedEvent(
    [property: Id(0)] FeedEntry Entry, [property: Id(1)] Message? Message, [property: Id(2)] Notification? Notification)
{
    /// <summary>The W3C traceparent with which the way to the devices goes on; null where the message is not traced. Not stored.</summary>
    [Id(3)] public string? Trace { get; init; }
}
