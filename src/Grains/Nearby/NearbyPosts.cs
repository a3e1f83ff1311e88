using System.Collections.Concurrent;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// Posts to conversations that live in this process, without a grain call each. Posts to one conversation are taken in the order in
/// which they were begun, so that a sender need not wait for one before the next.
/// </summary>
public sealed class NearbyPosts
{
    private static readonly Task<PostOutcome?> s_notHere = Task.FromResult<PostOutcome?>(null);

    private readonly ConcurrentDictionary<ConversationId, INearbyConsumer> _conversations = new();

    /// <summary>Whether a post begun now would, most likely, go this way.</summary>
    public bool Reaches(ConversationId conversation) => _conversations.ContainsKey(conversation);

    /// <summary>
    /// Takes its place in the order before it returns. Null: the conversation is not here, or went before it took the message; then
    /// <see cref="IConversationGrain.Post"/> is to be called. Throws what that throws, Unavailable after 30 s (outcome unknown) included.
    /// </summary>
    public Task<PostOutcome?> Post(ConversationId conversation, PostMessage command)
    {
        if (!_conversations.TryGetValue(conversation, out var consumer))
        {
            return s_notHere;
        }

        var post = new NearbyPost(command);
        return consumer.TryTell(post) ? post.Task : s_notHere;
    }

    /// <summary>The newest activation counts: an older one is on its way out.</summary>
    internal void Add(ConversationId conversation, INearbyConsumer consumer) => _conversations[conversation] = consumer;

    internal void Remove(ConversationId conversation, INearbyConsumer consumer) =>
        _conversations.TryRemove(KeyValuePair.Create(conversation, consumer));
}
