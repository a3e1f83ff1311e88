using ChatOrleans.Conversations;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Commands;

/// <summary>Marks, mute, inbox and typing: what a user does to their own state, the same from REST, hub and socket.</summary>
public sealed class ReadCommands(IGrainFactory grains)
{
    /// <summary>Read up to and with a seq; one above the last is taken as the last.</summary>
    public Task<ReadOutcome> MarkRead(Actor actor, string? conversationId, long seq) =>
        grains.User(actor.Id).MarkRead(GrainLookups.ConversationIdOf(conversationId), seq);

    public Task SetMuted(Actor actor, string? conversationId, bool muted) =>
        grains.User(actor.Id).SetMuted(GrainLookups.ConversationIdOf(conversationId), muted);

    public Task MarkNotificationRead(Actor actor, string? notificationId) =>
        grains.User(actor.Id).MarkNotificationRead(
            notificationId ?? throw Errors.ChatException.Invalid("notification_id is missing."));

    public Task MarkAllNotificationsRead(Actor actor) => grains.User(actor.Id).MarkAllNotificationsRead();

    public Task Typing(Actor actor, string? conversationId) => grains.Conversation(conversationId).Typing(actor.Id);
}
