using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Commands;

/// <summary>From an id, as a client sent it, to the grain that it names.</summary>
public static class GrainLookups
{
    /// <exception cref="ChatException">NotAMember where it is no conversation id: whether a conversation exists tells nobody.</exception>
    public static IConversationGrain Conversation(this IGrainFactory grains, string? id) =>
        grains.Conversation(ConversationIdOf(id));

    public static IConversationGrain Conversation(this IGrainFactory grains, ConversationId id) =>
        grains.Reach<IConversationGrain>(id.Value);

    public static IUserGrain User(this IGrainFactory grains, UserId id) => grains.Reach<IUserGrain>(id.Value);

    /// <exception cref="ChatException">InvalidRequest where it is missing, NotAMember where it is no conversation id.</exception>
    public static ConversationId ConversationIdOf(string? id) => id is null
        ? throw ChatException.Invalid("conversation_id is missing.")
        : ConversationId.TryParse(id, null, out var parsed) ? parsed : throw ChatException.NotAMember();
}
