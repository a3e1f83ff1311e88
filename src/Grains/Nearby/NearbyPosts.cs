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

    private readonly ConcurrentDictionary<ConversationId, Activation> _conversations = new();
    private long _activations;

    /// <summary>Whether a post begun now would, most likely, go this way.</summary>
    public bool Reaches(ConversationId conversation) => _conversations.ContainsKey(conversation);

    /// <summary>
    /// False: the conversation is not here, or takes no more; then <see cref="IConversationGrain.Post"/> is to be called. Where it takes it, it has its
    /// place in the order, and the answer is null where the conversation went before it came to it; then likewise. The answer throws
    /// what that call throws, Unavailable after 30 s (outcome unknown) included.
    /// </summary>
    /// <param name="only">The activation that must take it, where another one is still to answer; null: whichever is here.</param>
    /// <param name="activation">Which one took it: a number that no other in this process has, 1 or more.</param>
    public bool TryPost(ConversationId conversation, PostMessage command, long? only, out long activation, out Task<PostOutcome?> answer)
    {
        if (_conversations.TryGetValue(conversation, out var here) && (only ?? here.Number) == here.Number)
        {
            var post = new NearbyPost(command);
            (activation, answer) = (here.Number, post.Task);
            return here.Consumer.TryTell(post);
        }

        (activation, answer) = (0, s_notHere);
        return false;
    }

    /// <summary>The newest activation counts: an older one is on its way out.</summary>
    internal void Add(ConversationId conversation, INearbyConsumer consumer) =>
        _conversations[conversation] = new Activation(consumer, Interlocked.Increment(ref _activations));

    internal void Remove(ConversationId conversation, INearbyConsumer consumer)
    {
        if (_conversations.TryGetValue(conversation, out var here) && here.Consumer == consumer)
        {
            _conversations.TryRemove(KeyValuePair.Create(conversation, here));
        }
    }

    private readonly record struct Activation(INearbyConsumer Consumer, long Number);
}
