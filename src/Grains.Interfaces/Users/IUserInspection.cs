using ChatOrleans.Ids;

namespace ChatOrleans.Users;

/// <summary>
/// What one may ask of a user's grain about itself, for the user and for whoever runs the product. Key: the
/// <see cref="UserId"/>. Any call may throw ChatException: Unavailable.
/// </summary>
[Alias("chat.IUserInspection")]
public interface IUserInspection : IGrainWithStringKey
{
    /// <summary>Why a message did or did not notify. Throws ChatException: NotFound where that is not known, or not any more.</summary>
    [Alias("Why")] Task<NotificationReason> Why(MessageId message);

    /// <summary>Recomputes feed and unread counts from the logs and tells what differs. Who asks meanwhile gets the same answer.</summary>
    [Alias("Audit")] Task<AuditReport> Audit();

    /// <summary>Positions, counts and connections.</summary>
    [Alias("State")] Task<UserState> State();

    /// <summary>Ends every connection of the user; devices come back after a moment. Answers how many there were.</summary>
    [Alias("Disconnect")] Task<int> Disconnect();
}
