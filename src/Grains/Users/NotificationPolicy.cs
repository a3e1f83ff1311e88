using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>Decides whether a message makes a notification, and why. Pure; the first rule that fits is the one reason.</summary>
public static class NotificationPolicy
{
    /// <param name="muted">The user muted this conversation.</param>
    /// <param name="readSeq">How far the user has read it.</param>
    /// <param name="shown">One of the user's devices shows it, visible, now.</param>
    public static NotificationVerdict Decide(Message message, UserId me, bool muted, long readSeq, bool shown) =>
        message.SenderId == me ? NotificationVerdict.OwnMessage
        : message.Deleted ? NotificationVerdict.Deleted
        : message.Seq <= readSeq ? NotificationVerdict.AlreadyRead
        : muted ? NotificationVerdict.Muted
        : shown ? NotificationVerdict.Shown
        : NotificationVerdict.Notified;
}
