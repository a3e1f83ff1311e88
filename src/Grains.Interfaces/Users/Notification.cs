using ChatOrleans.Ids;

namespace ChatOrleans.Users;

/// <summary>Names in snake case are contract.</summary>
[GenerateSerializer, Alias("chat.NotificationType")]
public enum NotificationType
{
    NewMessage = 0,
    NewConversation = 1,
    SystemAlert = 2,
}

/// <summary>One entry of a user's inbox.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.Notification")]
public sealed record Notification
{
    /// <summary><c>msg-</c> + message id, <c>conv-</c> + conversation id + <c>-</c> + rev, or <c>alert-</c> + alert id: the same however often it is delivered.</summary>
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required NotificationType Type { get; init; }
    [Id(2)] public required string Title { get; init; }
    /// <summary>The message's text (shortened), the conversation's title, or the alert's content.</summary>
    [Id(3)] public required string Content { get; init; }
    /// <summary>Null for an alert.</summary>
    [Id(4)] public ConversationId? ConversationId { get; init; }
    /// <summary>The message's <c>sender</c> (label or id), or who started the conversation.</summary>
    [Id(5)] public string? Sender { get; init; }
    /// <summary>The message's seq; 0 where no message made it.</summary>
    [Id(6)] public long MessageSeq { get; init; }
    /// <summary>An alert's own meta: a JSON object as text, or null.</summary>
    [Id(7)] public string? Meta { get; init; }
    [Id(8)] public required DateTime Timestamp { get; init; }
    [Id(9)] public required bool Read { get; init; }
    /// <summary>The cursor of the feed event that made it; pages of the inbox go by it.</summary>
    [Id(10)] public required long Cursor { get; init; }

    /// <summary>Without title, content and meta.</summary>
    public override string ToString() => $"Notification {{ {Id}, read {Read} }}";
}

/// <param name="Notifications">Newest first.</param>
/// <param name="More">True when there are older ones.</param>
/// <param name="Unread">All unread ones, not only those of this page.</param>
[GenerateSerializer, Immutable, Alias("chat.NotificationPage")]
public sealed record NotificationPage(
    [property: Id(0)] System.Collections.Immutable.ImmutableArray<Notification> Notifications,
    [property: Id(1)] bool More,
    [property: Id(2)] int Unread);

/// <summary>An alert from the product around us. Its id is opaque and the same for a repeated <c>client_alert_id</c>.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.SystemAlert")]
public sealed record SystemAlert
{
    [Id(0)] public required string AlertId { get; init; }
    [Id(1)] public required string Title { get; init; }
    [Id(2)] public required string Content { get; init; }
    [Id(3)] public string? Meta { get; init; }

    /// <summary>Without title, content and meta.</summary>
    public override string ToString() => $"SystemAlert {{ {AlertId} }}";
}
