using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>How a notification reads. Made when it is shown, from the entry and the message as it now is: no text is stored twice.</summary>
internal static class InboxNotifications
{
    private const int ContentLength = 240;

    /// <summary>For events that are notifications themselves; null for others.</summary>
    public static Notification? OfOwnEvent(FeedEntry entry, Message? message, UserId me) =>
        entry.Kind is FeedEntryKind.NewConversation or FeedEntryKind.SystemAlert or FeedEntryKind.NotificationAdded
            // The creator's own devices hear of the new conversation too, but there is nothing to read.
            ? Of(entry, message, read: entry.Kind == FeedEntryKind.NewConversation && entry.By == me)
            : null;

    public static Notification Of(FeedEntry entry, Message? message, bool read) => entry.Kind switch
    {
        FeedEntryKind.SystemAlert => new Notification
        {
            Id = entry.NotificationId!,
            Type = NotificationType.SystemAlert,
            Title = entry.Alert!.Title,
            Content = entry.Alert.Content,
            Meta = entry.Alert.Meta,
            Timestamp = entry.Timestamp,
            Read = read,
            Cursor = entry.Cursor,
        },
        FeedEntryKind.NewConversation => new Notification
        {
            Id = entry.NotificationId!,
            Type = NotificationType.NewConversation,
            Title = "New Conversation",
            Content = string.IsNullOrEmpty(entry.Title) ? $"{entry.By} started a conversation with you." : entry.Title,
            ConversationId = entry.ConversationId,
            Sender = entry.By?.Value,
            Timestamp = entry.Timestamp,
            Read = read,
            Cursor = entry.Cursor,
        },
        _ => new Notification
        {
            Id = entry.NotificationId!,
            Type = NotificationType.NewMessage,
            Title = "New Message",
            Content = Shorten(message?.Text ?? ""),
            ConversationId = entry.ConversationId,
            Sender = message?.Sender,
            MessageSeq = entry.Seq,
            Timestamp = message?.Timestamp ?? entry.Timestamp,
            Read = read,
            Cursor = entry.Cursor,
        },
    };

    private static string Shorten(string text)
    {
        if (text.Length <= ContentLength)
        {
            return text;
        }

        // Never cut a surrogate pair in two.
        var end = char.IsHighSurrogate(text[ContentLength - 2]) ? ContentLength - 2 : ContentLength - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
