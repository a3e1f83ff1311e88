using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Jobs;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Frames;

/// <summary>The fixed values of the contract: event types, and what enums are called on the wire.</summary>
public static class Words
{
    internal static readonly Word Hello = "hello";
    internal static readonly Word Batch = "batch";
    internal static readonly Word NewMessage = "new_message";
    internal static readonly Word MessageUpdated = "message_updated";
    internal static readonly Word MessageDeleted = "message_deleted";
    internal static readonly Word NewConversation = "new_conversation";
    internal static readonly Word ConversationUpdated = "conversation_updated";
    internal static readonly Word ConversationRemoved = "conversation_removed";
    internal static readonly Word ConversationRead = "conversation_read";
    internal static readonly Word NotificationRead = "notification_read";
    internal static readonly Word NotificationAdded = "notification_added";
    internal static readonly Word SystemAlert = "system_alert";
    internal static readonly Word Typing = "typing";
    internal static readonly Word Presence = "presence";
    internal static readonly Word Behind = "behind";
    internal static readonly Word Reply = "reply";
    internal static readonly Word Pong = "pong";
    internal static readonly Word Error = "error";
    internal static readonly Word Left = "left";
    internal static readonly Word Removed = "removed";

    private static readonly Word[] Kinds = ["direct", "group", "support"];
    private static readonly Word[] Histories = ["all", "since_joined"];
    private static readonly Word[] Roles = ["member", "admin", "owner"];
    private static readonly Word[] NotificationTypes = [NewMessage, NewConversation, SystemAlert];

    private static readonly Word[] ChangeTypes =
        ["created", "member_added", "member_changed", "member_removed", "conversation_changed", "message_edited", "message_deleted"];

    private static readonly Word[] NotificationOutcomes =
    [
        "delivered", "delivered_late", "suppressed", "muted", "own_message", "already_read", "deleted", "left", "before_joining", "not_a_member",
    ];

    private static readonly Word[] DataJobKinds = ["export", "erase"];

    private static readonly Word[] AuditKinds =
    [
        "feed_gap", "message_gap", "behind", "membership", "unread_messages", "unread_notifications", "unread_of_deleted", "sender",
    ];

    private static readonly Word[] ErrorCodes =
    [
        "internal", "invalid_request", "unauthenticated", "forbidden", "not_a_member", "not_found", "conflict", "too_large", "rate_limited",
        "unavailable",
    ];

    public static Word Of(ConversationKind kind) => Kinds[(int)kind];

    public static Word Of(HistoryAccess history) => Histories[(int)history];

    public static Word Of(MemberRole role) => Roles[(int)role];

    public static Word Of(NotificationType type) => NotificationTypes[(int)type];

    public static Word Of(ChangeType type) => ChangeTypes[(int)type];

    public static Word Of(NotificationOutcome outcome) => NotificationOutcomes[(int)outcome];

    public static Word Of(DataJobKind kind) => DataJobKinds[(int)kind];

    public static Word Of(AuditKind kind) => AuditKinds[(int)kind];

    public static Word Of(ErrorCode code) => ErrorCodes[(int)code];

    /// <summary>The event type under which a feed's entry is sent.</summary>
    public static Word Of(FeedEntryKind kind) => kind switch
    {
        FeedEntryKind.NewMessage => NewMessage,
        FeedEntryKind.MessageUpdated => MessageUpdated,
        FeedEntryKind.MessageDeleted => MessageDeleted,
        FeedEntryKind.NewConversation => NewConversation,
        FeedEntryKind.ConversationUpdated => ConversationUpdated,
        FeedEntryKind.ConversationRemoved => ConversationRemoved,
        FeedEntryKind.ConversationRead => ConversationRead,
        FeedEntryKind.NotificationRead => NotificationRead,
        FeedEntryKind.SystemAlert => SystemAlert,
        FeedEntryKind.NotificationAdded => NotificationAdded,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No event type for this kind of entry."),
    };
}
