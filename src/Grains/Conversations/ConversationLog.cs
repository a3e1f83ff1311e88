using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using Orleans.Serialization;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// A conversation's two logs as its grain uses them: staging, the newest rows at hand, and both in their one order. Only what is
/// committed is ever read.
/// </summary>
internal sealed class ConversationLog(GrainLog log, Serializer<Message> messages, Serializer<Change> changes)
{
    private const int MostBytesPerRead = 1 << 20;

    private readonly Tail<Message> _messages = new(128);
    private readonly Tail<Change> _changes = new(64);
    private readonly Dictionary<long, Message> _replaced = [];
    private readonly Queue<(long Rev, Message Message)> _replacing = [];

    public GrainLog Rows => log;

    public Position Assigned => new(log.Last(LogTrack.Messages), log.Last(LogTrack.Changes));

    public Position Committed => new(log.Committed(LogTrack.Messages), log.Committed(LogTrack.Changes));

    /// <summary>True where nothing had been stored when this activation began.</summary>
    public bool BeganEmpty => log.BeganEmpty;

    /// <summary>The first message that retention has left.</summary>
    public long FirstSeq => log.First(LogTrack.Messages);

    public void Append(Message message)
    {
        log.Append(LogTrack.Messages, messages.SerializeToArray(message));
        _messages.Add(message.Seq, message);
    }

    /// <summary>A change, and the message row that it replaces, if any, in one unit.</summary>
    public void Append(Change change, Message? replacement = null)
    {
        log.Append(LogTrack.Changes, changes.SerializeToArray(change));
        _changes.Add(change.Rev, change);
        if (replacement is not null)
        {
            log.Replace(LogTrack.Messages, replacement.Seq, messages.SerializeToArray(replacement));
            Remember(replacement);
            _replacing.Enqueue((change.Rev, replacement));
        }
    }

    /// <summary>Makes committed replacements visible. Called after each write.</summary>
    public void Advance()
    {
        while (_replacing.TryPeek(out var next) && next.Rev <= Committed.Rev)
        {
            _messages.Replace(next.Message.Seq, next.Message);
            _replacing.Dequeue();
        }
    }

    /// <summary>The newest version that was staged lately; an edit that follows an edit must see it, durable or not.</summary>
    public Message? Staged(long seq) => _replaced.GetValueOrDefault(seq);

    /// <summary>One message as it now is; null where there is none.</summary>
    public async ValueTask<Message?> Find(long seq)
    {
        var found = await Messages(seq, seq);
        return found.IsEmpty ? null : found[0];
    }

    /// <summary>Messages from one seq to another, both included, oldest first; as many as one read yields, at least one if there is one.</summary>
    public ValueTask<ImmutableArray<Message>> Messages(long from, long to)
    {
        from = Math.Max(from, FirstSeq);
        to = Math.Min(to, Committed.Seq);
        return _messages.TryRead(from, to, out var cached) ? ValueTask.FromResult(cached) : Read(LogTrack.Messages, messages, from, to);
    }

    /// <summary>Changes from one rev to another, likewise; those that concern a message have it as it now is.</summary>
    public async ValueTask<ImmutableArray<Change>> Changes(long from, long to)
    {
        from = Math.Max(from, 1);
        to = Math.Min(to, Committed.Rev);
        if (!_changes.TryRead(from, to, out var found))
        {
            found = await Read(LogTrack.Changes, changes, from, to);
        }

        for (var i = 0; i < found.Length; i++)
        {
            if (found[i].ConcernsMessage)
            {
                found = found.SetItem(i, found[i] with { Message = await Find(found[i].MessageSeq) });
            }
        }

        return found;
    }

    /// <summary>Both logs in their one order, within a span, at most <paramref name="limit"/> events.</summary>
    public async ValueTask<EventPage> Events(MembershipSpan span, int limit)
    {
        var (seq, rev) = span.After;
        // Retention may have removed more than a page holds: it goes on with what is left, else who is that far behind stays there.
        var from = Math.Max(seq + 1, FirstSeq);
        var nextMessages = await Messages(from, Math.Min(span.Until.Seq, from - 1 + limit));
        var nextChanges = span.Until.Rev > rev ? await Changes(rev + 1, Math.Min(span.Until.Rev, rev + limit)) : [];
        // Retention removed what lies between; where it left nothing, all that is asked for.
        seq = Math.Max(seq, nextMessages.IsEmpty ? Math.Min(span.Until.Seq, FirstSeq - 1) : nextMessages[0].Seq - 1);

        var events = ImmutableArray.CreateBuilder<ConversationEvent>(Math.Min(limit, nextMessages.Length + nextChanges.Length));
        var (m, c) = (0, 0);
        while (events.Count < limit)
        {
            if (c < nextChanges.Length && nextChanges[c].AtSeq <= seq)
            {
                rev = nextChanges[c].Rev;
                events.Add(nextChanges[c++]);
            }
            else if (m < nextMessages.Length)
            {
                seq = nextMessages[m].Seq;
                events.Add(nextMessages[m++]);
            }
            else
            {
                break;
            }
        }

        return new EventPage(events.DrainToImmutable(), new Position(seq, rev), span.Until);
    }

    private async ValueTask<ImmutableArray<T>> Read<T>(LogTrack track, Serializer<T> serializer, long from, long to)
        where T : class
    {
        if (from > to)
        {
            return [];
        }

        var read = await log.Store.Read(log.Owner, track, from, (int)Math.Min(to - from + 1, 1_024), MostBytesPerRead);
        // Where retention removes the first of them meanwhile, as many more come behind the last.
        return [.. read.Rows.Take((int)Math.Max(0, to - read.First + 1)).Select(row => serializer.Deserialize(row)!)];
    }

    private void Remember(Message message)
    {
        // Bounded: long after an edit is durable the store tells the same.
        if (_replaced.Count >= 256 && _replacing.Count == 0)
        {
            _replaced.Clear();
        }

        _replaced[message.Seq] = message;
    }
}
