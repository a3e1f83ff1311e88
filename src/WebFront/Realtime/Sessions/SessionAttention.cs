using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// What the device at one connection shows. It lives here, not in the user's grain, so that it survives the grain and ends with
/// the connection: each reading of the feed hands it over. It lapses after one silent heartbeat and comes back with the next sign
/// of life.
/// </summary>
internal sealed class SessionAttention(SessionContext session)
{
    private readonly Lock _gate = new();
    private ConversationId? _conversation;
    private bool _visible;
    private bool _lapsed;
    private long _told;
    private long _seen;

    /// <summary>What the user's grain should hold of this device now.</summary>
    public Attention Present
    {
        get
        {
            lock (_gate)
            {
                return _lapsed ? Nowhere() : new Attention(_conversation, _visible, session.HeardAt);
            }
        }
    }

    private bool Shows => _conversation is not null && _visible;

    /// <summary>The device shows something else. Throws ChatException: NotAMember, after which it shows what it showed before.</summary>
    public async Task Show(ConversationId? conversation, bool visible)
    {
        (ConversationId?, bool) before;
        lock (_gate)
        {
            before = (_conversation, _visible);
            (_conversation, _visible, _lapsed, _told) = (conversation, visible, false, session.Connection.HeardAt);
        }

        try
        {
            await session.User.SetAttention(session.Id, Present);
        }
        catch (ChatException refusal) when (refusal.Code == ErrorCode.NotAMember)
        {
            lock (_gate)
            {
                // Unless the device has moved on meanwhile.
                if (_conversation == conversation)
                {
                    (_conversation, _visible) = before;
                }
            }

            // What was refused may have been handed over by a reading of the feed, and what had lapsed is back with this sign of life.
            await session.User.SetAttention(session.Id, Present);
            throw;
        }
    }

    /// <summary>
    /// The device says that it has everything up to this cursor. Told at once, as long as it shows something: its connection may end in the
    /// next moment.
    /// </summary>
    public async ValueTask Seen(long cursor)
    {
        lock (_gate)
        {
            if (!Shows || cursor <= _seen)
            {
                return;
            }

            _seen = cursor;
        }

        await session.User.Seen(session.Id, cursor);
    }

    /// <summary>Looked at every few seconds. Tells the user's grain what it must know, which is nothing while nothing is shown.</summary>
    public async Task Tick(long judgedSince)
    {
        var heard = session.Connection.HeardAt;
        var silent = session.SilenceToJudge(judgedSince) >= session.Options.Heartbeat;
        bool changed;
        lock (_gate)
        {
            changed = Shows && silent != _lapsed;
            if (!changed && (!Shows || _lapsed || heard <= _told))
            {
                return;
            }

            (_lapsed, _told) = (silent, heard);
        }

        if (changed)
        {
            await session.User.SetAttention(session.Id, Present);
        }
        else
        {
            await session.User.Heard(session.Id, session.HeardAt);
        }
    }

    /// <summary>Shows nothing, and says until when what it showed was surely seen.</summary>
    private Attention Nowhere() => Attention.Nowhere with { HeardAt = session.HeardAt };
}
