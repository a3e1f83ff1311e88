using ChatOrleans.Ids;

namespace ChatOrleans.Users;

/// <summary>Why a message did or did not notify its user. Names in snake case are contract.</summary>
[GenerateSerializer, Alias("chat.NotificationOutcome")]
public enum NotificationOutcome
{
    /// <summary>It made a notification when it came.</summary>
    Delivered = 0,
    /// <summary>It made its notification later: the device that had suppressed it fell silent before it can have shown it.</summary>
    DeliveredLate = 1,
    /// <summary>A device showed the conversation, visible, at that moment.</summary>
    Suppressed = 2,
    Muted = 3,
    OwnMessage = 4,
    /// <summary>Read elsewhere before it came.</summary>
    AlreadyRead = 5,
    /// <summary>Deleted before it came.</summary>
    Deleted = 6,
    /// <summary>The user had left the conversation, or was removed, before it.</summary>
    Left = 7,
    /// <summary>The user joined after it.</summary>
    BeforeJoining = 8,
    /// <summary>The user never was in that conversation, whether it exists or not.</summary>
    NotAMember = 9,
}

/// <summary>The answer to "why did, or didn't, this message notify me". Without content.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("chat.NotificationReason")]
public sealed record NotificationReason
{
    [Id(0)] public required MessageId MessageId { get; init; }
    [Id(1)] public required NotificationOutcome Outcome { get; init; }
    /// <summary>Suppressed, DeliveredLate: the connection that showed the conversation; null where that was not noted.</summary>
    [Id(2)] public string? DeviceId { get; init; }
    /// <summary>When the message was sent; null where it never came to this user.</summary>
    [Id(3)] public DateTime? Timestamp { get; init; }
    /// <summary>Its place in the user's feed; 0 where it has none.</summary>
    [Id(4)] public long Cursor { get; init; }
    /// <summary>The notification it made, if any.</summary>
    [Id(5)] public string? NotificationId { get; init; }
    /// <summary>True while the notification it made is unread.</summary>
    [Id(6)] public bool Unread { get; init; }
    /// <summary>True where the message is deleted now.</summary>
    [Id(7)] public bool Deleted { get; init; }
}
