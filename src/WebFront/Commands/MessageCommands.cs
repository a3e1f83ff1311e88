using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Ids;

namespace ChatOrleans.WebFront.Commands;

/// <summary>
/// What one can do with messages, the same from REST, hub and socket. Ids come as clients sent them: a conversation id that is
/// none is one that the caller is no member of. All throw ChatException, or what a grain call that failed throws (see
/// <see cref="Failure.Of"/>).
/// </summary>
public sealed class MessageCommands(IGrainFactory grains, Posts posts)
{
    /// <summary>Answers once the message is durable.</summary>
    /// <param name="meta">A JSON object as text, or null.</param>
    /// <param name="order">Its connection's: then sends to one conversation may be begun one after another, and keep that order.</param>
    public async Task<PostOutcome> Send(
        Actor actor, string? conversationId, string? text, string? clientMessageId, string? meta, PostOrder? order = null)
    {
        using var sending = ChatTracing.Begin("chat.send");
        var id = GrainLookups.ConversationIdOf(conversationId);
        var command = new PostMessage
        {
            Actor = actor,
            Text = text ?? throw ChatException.Invalid("text is missing."),
            ClientMessageId = clientMessageId,
            Meta = meta,
        };
        return await posts.Post(id, command, order);
    }

    public async Task<Message> Edit(Actor actor, string? conversationId, string? messageId, string? text)
    {
        var conversation = Conversation(conversationId);
        var seq = await SeqOf(conversation, actor, conversationId!, messageId);
        return await conversation.Edit(new EditMessage(actor, seq, text ?? throw ChatException.Invalid("text is missing.")));
    }

    public async Task Delete(Actor actor, string? conversationId, string? messageId)
    {
        var conversation = Conversation(conversationId);
        await conversation.Delete(new DeleteMessage(actor, await SeqOf(conversation, actor, conversationId!, messageId)));
    }

    public Task<MessagePage> Read(Actor actor, string? conversationId, long? before, long? after, int limit) =>
        Conversation(conversationId).ReadMessages(new ReadMessages(actor.Id, before, after, limit));

    private IConversationGrain Conversation(string? id) => grains.Conversation(id);

    /// <summary>
    /// An id that is no message of this conversation is not found, but only for members: others are told that they are none.
    /// </summary>
    private static async ValueTask<long> SeqOf(IConversationGrain conversation, Actor actor, string conversationId, string? messageId)
    {
        if (MessageId.TryParse(messageId, null, out var id) && id.Conversation.Value == conversationId)
        {
            return id.Seq;
        }

        await conversation.View(actor.Id);
        throw ChatException.NotFound("There is no such message in this conversation.");
    }
}
