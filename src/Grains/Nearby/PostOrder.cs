using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// What one connection has under way, the last post to each conversation: the next to that one goes behind it. Posts are begun one after another,
/// each with all of what comes before its first wait.
/// </summary>
public sealed class PostOrder
{
    private readonly Dictionary<ConversationId, PostPlace> _last = [];

    internal PostPlace? Last(ConversationId conversation) => _last.GetValueOrDefault(conversation);

    /// <summary>The place of the post before this one; null where none is under way.</summary>
    internal PostPlace? Enter(ConversationId conversation, PostPlace place)
    {
        var before = Last(conversation);
        if (before is null)
        {
            foreach (var (other, last) in _last)
            {
                if (!last.IsUnderWay)
                {
                    _last.Remove(other);
                }
            }
        }

        _last[conversation] = place;
        return before is { IsUnderWay: true } ? before : null;
    }
}
