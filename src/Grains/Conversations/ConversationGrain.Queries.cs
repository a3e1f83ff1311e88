using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

public sealed partial class ConversationGrain
{
    public async Task<ConversationView> View(UserId reader)
    {
        ConversationRules.CheckMember(_state, reader);
        await Learned();
        // Learning awaited: the reader may have left.
        var me = ConversationRules.CheckMember(_state, reader);
        var last = _log.Committed.Seq;
        return Outline() with
        {
            Members = [.. Shown(me).Select(ViewOf)],
            FirstSeq = FirstSeqFor(reader),
            LastSeq = last,
            LastMessage = last >= FirstSeqFor(reader) ? await _log.Find(last) : null,
        };
    }

    public async Task<ConversationView> ViewForFeed(UserId reader)
    {
        if (_state.Members.ContainsKey(reader))
        {
            return await View(reader);
        }

        var until = _state.Former.TryGetValue(reader, out var spans) ? spans[^1].Until : default;
        return Outline() with { Title = "", Meta = null, MemberCount = 0, LastSeq = until.Seq, Rev = until.Rev };
    }

    public async Task<MessagePage> ReadMessages(ReadMessages query)
    {
        ConversationRules.CheckMember(_state, query.Reader);
        var (oldest, newest) = (FirstSeqFor(query.Reader), _log.Committed.Seq);
        var last = Math.Min(newest, (query.Before ?? long.MaxValue) - 1);
        long from, to;
        if (query.After is { } after)
        {
            // However far beyond the end a client asks: what follows the largest number is not the first message.
            from = Math.Max(oldest, Math.Clamp(after, 0, newest) + 1);
            to = Math.Min(last, from + query.Limit - 1);
        }
        else
        {
            to = last;
            from = Math.Max(oldest, to - query.Limit + 1);
        }

        var messages = await ReadAll(from, to);
        return new MessagePage(messages, Older: from > oldest && newest >= oldest, Newer: Math.Max(to, from - 1) < newest);
    }

    public async Task<ChangePage> ReadChanges(UserId reader, long afterRev, int limit)
    {
        var me = ConversationRules.CheckMember(_state, reader);
        // Who may not see what was before they joined begins with the change that added them.
        var from = Math.Max(Math.Clamp(afterRev, 0, _log.Committed.Rev) + 1, _state.History == HistoryAccess.SinceJoined ? me.AddedRev : 1);
        var changes = await _log.Changes(from, from + limit - 1);
        var firstSeq = FirstSeqFor(reader);
        changes = [.. changes.Select(change => change.MessageSeq < firstSeq ? change with { Message = null } : change)];
        return new ChangePage(changes, More: !changes.IsEmpty && changes[^1].Rev < _log.Committed.Rev);
    }

    public async Task<MemberPage> ReadMembers(UserId reader, UserId? after, int limit)
    {
        ConversationRules.CheckMember(_state, reader);
        await Learned();
        var rest = _state.Members.Values
            .Where(member => after is not { } bound || string.CompareOrdinal(member.UserId.Value, bound.Value) > 0)
            .OrderBy(member => member.UserId.Value, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToList();
        return new MemberPage([.. rest.Take(limit).Select(ViewOf)], More: rest.Count > limit);
    }

    public async Task<EventPage> Fetch(UserId member, Position after, int limit)
    {
        var committed = _log.Committed;
        return _state.SpanAfter(member, after, committed) is { } span
            ? _traces.With(await _log.Events(span with { Until = Earlier(span.Until, committed) }, limit))
            : new EventPage([], after, after);
    }

    /// <summary>A removal may be staged but not durable yet: nobody is told of what may still be lost.</summary>
    private static Position Earlier(Position a, Position b) => new(Math.Min(a.Seq, b.Seq), Math.Min(a.Rev, b.Rev));

    private async Task<ImmutableArray<Message>> ReadAll(long from, long to)
    {
        var read = await _log.Messages(from, to);
        while (!read.IsEmpty && read[^1].Seq < to)
        {
            // One read is bounded in bytes; a page of long messages takes more than one.
            var more = await _log.Messages(read[^1].Seq + 1, to);
            if (more.IsEmpty)
            {
                break;
            }

            read = read.AddRange(more);
        }

        return read;
    }

    private long FirstSeqFor(UserId reader) => _state.History == HistoryAccess.SinceJoined && _state.Members.TryGetValue(reader, out var member)
        ? Math.Max(_log.FirstSeq, member.AddedAtSeq + 1)
        : _log.FirstSeq;

    private ConversationView Outline() => new()
    {
        Id = _id,
        Kind = _state.Kind,
        Title = _state.Title,
        Meta = _state.Meta,
        History = _state.History,
        CreatedAt = _state.CreatedAt,
        MemberCount = _state.Members.Count,
        Rev = _log.Committed.Rev,
    };

    private IEnumerable<Member> Shown(Member me) => _roster.Of(_state)
        .Where(user => user != me.UserId)
        .Take(ConversationView.MaxMembersShown - 1)
        .Select(user => _state.Members[user])
        .Prepend(me);

    private MemberView ViewOf(Member member) => new()
    {
        UserId = member.UserId,
        Name = _names.GetValueOrDefault(member.UserId),
        Role = member.Role,
        Label = member.Label,
        ReadSeq = Math.Max(_readSeqs.GetValueOrDefault(member.UserId), member.AddedAtSeq),
        Online = _audience.IsOnline(_state, member.UserId),
    };
}
