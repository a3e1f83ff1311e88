using ChatOrleans.Errors;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// What a connected device can ask for, the same over hub and socket: checks the types of what came, does it, and answers what is
/// sent back. Throws what <see cref="Failure.Of"/> knows.
/// </summary>
internal sealed class SessionCommands(SessionContext session, FeedMark mark, SessionAttention attention, MessageCommands messages, ReadCommands reads)
{
    private static readonly IFrameObject Nothing = default(NothingObject);

    private readonly PostOrder _order = new();

    /// <summary>The next may be begun as soon as this returns.</summary>
    public async Task<IFrameObject> SendMessage(Argument conversationId, Argument text, Argument clientMessageId, Argument meta)
    {
        var outcome = await messages.Send(
            session.Actor,
            conversationId.AsString("conversation_id"),
            text.AsString("text"),
            clientMessageId.AsString("client_message_id"),
            MetaText.OrNone(meta.AsObject("meta")),
            _order);
        return new MessageObject(outcome.Message);
    }

    public async Task<IFrameObject> EditMessage(Argument conversationId, Argument messageId, Argument text) => new MessageObject(
        await messages.Edit(
            session.Actor, conversationId.AsString("conversation_id"), messageId.AsString("message_id"), text.AsString("text")));

    public async Task<IFrameObject> DeleteMessage(Argument conversationId, Argument messageId)
    {
        await messages.Delete(session.Actor, conversationId.AsString("conversation_id"), messageId.AsString("message_id"));
        return Nothing;
    }

    /// <summary>Without a conversation the device shows none; without a word on it, what it shows is visible.</summary>
    public async Task<IFrameObject> SetActiveConversation(Argument conversationId, Argument visible)
    {
        var id = conversationId.AsString("conversation_id");
        var isVisible = visible.AsBool("visible") ?? true;
        await attention.Show(id is null ? null : GrainLookups.ConversationIdOf(id), isVisible);
        return Nothing;
    }

    public async Task<IFrameObject> MarkRead(Argument conversationId, Argument seq)
    {
        var outcome = await reads.MarkRead(
            session.Actor,
            conversationId.AsString("conversation_id"),
            seq.AsNumber("seq") ?? throw ChatException.Invalid("seq is missing."));
        return new ReadObject(outcome);
    }

    public async Task<IFrameObject> MarkNotificationRead(Argument notificationId)
    {
        await reads.MarkNotificationRead(session.Actor, notificationId.AsString("notification_id"));
        return Nothing;
    }

    public async Task<IFrameObject> MarkAllNotificationsRead()
    {
        await reads.MarkAllNotificationsRead(session.Actor);
        return Nothing;
    }

    public async Task<IFrameObject> Typing(Argument conversationId)
    {
        await reads.Typing(session.Actor, conversationId.AsString("conversation_id"));
        return Nothing;
    }

    /// <summary>How far the feed is. See <see cref="FeedMark.Ping"/> for what it heals.</summary>
    public async ValueTask<FeedPosition> Ping(Argument cursor)
    {
        var seen = cursor.AsNumber("cursor");
        if (seen is { } number)
        {
            // Nobody has seen what was not sent.
            await attention.Seen(Math.Min(number, mark.SendingCursor));
        }

        return mark.Ping(seen);
    }

    /// <summary>Completes when the new hello has been sent; what follows that follows its position.</summary>
    public async Task<IFrameObject> Resume(Argument cursor, Argument epoch)
    {
        var after = cursor.AsNumber("cursor") is { } number and >= 0 ? number : throw ChatException.Invalid("cursor is a whole number, 0 or more.");
        return new HelloFrame(await mark.TurnTo(new FeedPosition(epoch.AsString("epoch"), after)));
    }
}
