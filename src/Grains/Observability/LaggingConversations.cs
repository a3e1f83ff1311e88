using System.Collections.Concurrent;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Observability;

/// <summary>How far a conversation's members are behind.</summary>
/// <param name="Members">How many have not acknowledged what was committed a few checkpoint intervals ago.</param>
/// <param name="Messages">How many messages the one furthest behind has not acknowledged.</param>
public readonly record struct Lag(int Members, long Messages);

/// <summary>The conversations of this process whose outbox is not empty: nearly none, unless something is wrong.</summary>
public sealed class LaggingConversations
{
    private readonly ConcurrentDictionary<ConversationId, Lag> _lagging = new();

    public int Members => _lagging.Values.Sum(lag => lag.Members);

    public long Messages => _lagging.IsEmpty ? 0 : _lagging.Values.Max(lag => lag.Messages);

    /// <summary>Furthest behind first.</summary>
    public IReadOnlyList<KeyValuePair<ConversationId, Lag>> Worst(int count) =>
        [.. _lagging.OrderByDescending(entry => entry.Value.Messages).ThenByDescending(entry => entry.Value.Members).Take(count)];

    internal void Note(ConversationId id, IEnumerable<KeyValuePair<UserId, Position>> behind, Position committed)
    {
        var (members, messages) = (0, 0L);
        foreach (var (_, position) in behind)
        {
            members++;
            messages = Math.Max(messages, committed.Seq - position.Seq);
        }

        if (members > 0)
        {
            _lagging[id] = new Lag(members, messages);
        }
        else
        {
            _lagging.TryRemove(id, out _);
        }
    }

    internal void Forget(ConversationId id) => _lagging.TryRemove(id, out _);
}
