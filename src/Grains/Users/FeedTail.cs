using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// The newest events of a feed in memory: all that are not stored yet, and those that connected devices still have to get.
/// Contiguous by cursor. A ring that grows with what it holds and lets go of its memory when it is empty.
/// </summary>
internal sealed class FeedTail
{
    private FeedEvent[] _ring = [];
    private int _count;

    /// <summary>The cursor of the oldest event here; the feed's end + 1 where there is none.</summary>
    public long First { get; private set; } = 1;

    public long Last => First + _count - 1;

    public FeedEvent this[long cursor] => _ring[cursor % _ring.Length];

    /// <summary>Begins empty at the end of the stored feed.</summary>
    public void StartAfter(long cursor) => First = cursor + 1;

    public void Add(FeedEvent added)
    {
        if (_count == _ring.Length)
        {
            var ring = new FeedEvent[Math.Max(8, _ring.Length * 2)];
            for (var cursor = First; cursor <= Last; cursor++)
            {
                ring[cursor % ring.Length] = this[cursor];
            }

            _ring = ring;
        }

        _ring[(Last + 1) % _ring.Length] = added;
        _count++;
    }

    /// <summary>These messages were deleted: who reads on from before that gets their texts no more.</summary>
    public void Delete(ConversationId conversation, long firstSeq, long lastSeq, UserId me)
    {
        for (var cursor = First; cursor <= Last; cursor++)
        {
            if (this[cursor] is { Message: { } message, Entry: var entry } told && message.Seq >= firstSeq && message.Seq <= lastSeq
                && message.ConversationId == conversation)
            {
                var tombstone = message with { Text = "", Meta = null, Deleted = true };
                _ring[cursor % _ring.Length] = told with { Message = tombstone, Notification = InboxNotifications.OfOwnEvent(entry, tombstone, me) };
            }
        }
    }

    public void DropBelow(long cursor)
    {
        while (_count > 0 && First < cursor)
        {
            _ring[First % _ring.Length] = null!;
            First++;
            _count--;
        }

        if (_count == 0 && _ring.Length > 8)
        {
            _ring = [];
        }
    }
}
