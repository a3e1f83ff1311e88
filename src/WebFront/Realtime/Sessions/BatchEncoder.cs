using ChatOrleans.Ids;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// Encodes what one pull of the feed gave, in the order in which it is sent: what stands for left-out events, events, then what
/// has no cursor. Goes as far as one write should, and on from there.
/// </summary>
internal struct BatchEncoder(
    UserId self, DeviceConnection connection, FeedBatch batch, IReadOnlyDictionary<ConversationId, ToldConversation>? conversations)
{
    /// <summary>Bytes after which a write goes out: enough to be worth one, little enough that a slow device costs little.</summary>
    private const int WriteSize = 48 * 1024;

    private int _next;

    public readonly bool IsDone => _next >= (batch.Behind is null ? 0 : 1) + batch.Events.Length + batch.Ephemerals.Length;

    /// <summary>Encodes the next write. Events at or below the cursor were sent before and are passed over.</summary>
    /// <returns>The cursor up to which everything is sent once this is.</returns>
    /// <exception cref="FeedGapException">An event does not follow the one before it.</exception>
    public long Encode(FrameBuffer buffer, long cursor)
    {
        var envelope = connection.Envelope;
        var count = 0;
        envelope.Begin(buffer);
        for (; !IsDone && buffer.Length < WriteSize; _next++)
        {
            var i = _next;
            if (batch.Behind is { } behind && i-- == 0)
            {
                if (behind.ToCursor > cursor)
                {
                    envelope.Add(buffer, new BehindFrame(behind), count++);
                    cursor = behind.ToCursor;
                }
            }
            else if (i < batch.Events.Length)
            {
                var e = batch.Events[i];
                if (e.Entry.Cursor > cursor)
                {
                    FeedGapException.ThrowUnlessNext(e.Entry.Cursor, cursor);
                    Add(buffer, e, count++);
                    cursor = e.Entry.Cursor;
                }
            }
            else
            {
                envelope.Add(buffer, new EphemeralFrame(batch.Ephemerals[i - batch.Events.Length]), count++);
            }
        }

        if (count == 0)
        {
            buffer.Clear();
        }
        else
        {
            envelope.End(buffer, count);
        }

        return cursor;
    }

    private readonly void Add(FrameBuffer buffer, FeedEvent e, int count)
    {
        if (!e.Entry.TellsOfConversation)
        {
            connection.Envelope.Add(buffer, new EventFrame(self, e, null, connection.Format), count);
        }
        else if (conversations is null || !conversations.TryGetValue(e.Entry.ConversationId!.Value, out var told))
        {
            connection.Envelope.Add(buffer, new BehindFrame(StandIn(e.Entry, null)), count);
        }
        else if (told.Whole is { } whole)
        {
            connection.Envelope.Add(buffer, new EventFrame(self, e, whole, connection.Format), count);
        }
        else
        {
            connection.Envelope.Add(buffer, new BehindFrame(StandIn(e.Entry, told.Mark)), count);
        }
    }

    /// <summary>
    /// For an event whose conversation can't be read: the device goes on after it, and is told what to pull, with the positions that
    /// the user's own grain knows. The entry's are not the conversation's: a change has no seq. Without a mark nothing is claimed.
    /// </summary>
    private static Behind StandIn(FeedEntry entry, ConversationMark? mark) => new(entry.Cursor - 1, entry.Cursor, mark is null ? [] : [mark]);
}

/// <summary>The feed left an event out without saying so: it is read again from the last one that was sent.</summary>
internal sealed class FeedGapException(string message) : Exception(message)
{
    public static void ThrowUnlessNext(long cursor, long last)
    {
        if (cursor != last + 1)
        {
            throw new FeedGapException($"The feed went from {last} to {cursor}.");
        }
    }
}
