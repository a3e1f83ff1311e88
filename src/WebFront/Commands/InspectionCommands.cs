using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Commands;

/// <summary>What a user may ask about their own inbox, and whoever runs the product about anybody's.</summary>
public sealed class InspectionCommands(IGrainFactory grains)
{
    /// <exception cref="ChatException">InvalidRequest where it is no message id, NotFound where nothing is known of it any more.</exception>
    public Task<NotificationReason> Why(UserId user, string? messageId) => MessageId.TryParse(messageId, null, out var message)
        ? Of(user).Why(message)
        : throw ChatException.Invalid(messageId is null ? "message_id is missing." : "message_id is no message's id.");

    public Task<AuditReport> Audit(UserId user) => Of(user).Audit();

    private IUserInspection Of(UserId user) => grains.Reach<IUserInspection>(user.Value);
}
