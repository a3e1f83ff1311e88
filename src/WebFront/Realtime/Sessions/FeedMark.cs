using ChatOrleans.Users;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// How far one connection is in its user's feed: what was sent, and from where to go on. The pump moves it forward; a ping or a
/// resume, from another task, can turn it back.
/// </summary>
internal sealed class FeedMark(FeedPosition? asked)
{
    private readonly Lock _gate = new();
    private FeedPosition? _next = asked;
    private Turn? _turn;
    private FeedPosition _sent;
    private long _sending;
    private long _head;
    private long _sentAtPong;
    private long _replayUntil;

    /// <summary>The cursor of the last hello. What lies before it was never sent after that: the device has it, or a snapshot.</summary>
    private long _greetedAt;

    /// <summary>The first hello, or that of a resume, is owed until the feed has opened there, however often that fails.</summary>
    private bool _owesHello = true;

    /// <summary>Cancelled when the present reading of the feed is to end, because it goes on elsewhere.</summary>
    private CancellationTokenSource? _reading;

    /// <summary>Where to read from. A new reading begins, which <see cref="TurnTo"/> can end.</summary>
    public FeedStart Begin(CancellationTokenSource reading)
    {
        lock (_gate)
        {
            var turn = _turn;
            (_reading, _turn, _next) = (reading, null, turn?.To ?? _next);
            _owesHello |= turn?.Answer is not null;
            return new FeedStart(_next, Continues: !_owesHello, turn?.Answer, _replayUntil);
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _reading = null;
        }
    }

    /// <summary>The feed opened. True where the device must be told so by a hello.</summary>
    public bool Opened(FeedOpening opening)
    {
        lock (_gate)
        {
            var greet = _owesHello || !opening.Resumed || opening.Position.Epoch != _sent.Epoch;
            _sent = opening.Position;
            _next = opening.Position;
            _sending = opening.Position.Cursor;
            _head = Math.Max(opening.Position.Cursor, opening.Position.Cursor + opening.Replayed);
            _owesHello = false;
            if (greet)
            {
                _sentAtPong = _greetedAt = opening.Position.Cursor;
                _replayUntil = _head;
            }

            return greet;
        }
    }

    /// <summary>Everything up to this cursor is about to go out: a device may have it, and say so, before we know that it went.</summary>
    public void Sending(long cursor)
    {
        lock (_gate)
        {
            _sending = cursor;
            _head = Math.Max(_head, cursor);
        }
    }

    /// <summary>Everything up to this cursor went out.</summary>
    public void Sent(long cursor)
    {
        lock (_gate)
        {
            _sent = _sent with { Cursor = cursor };
            _next = _sent;
            _head = Math.Max(_head, cursor);
        }
    }

    public void SawHead(long head)
    {
        lock (_gate)
        {
            _head = Math.Max(_head, head);
        }
    }

    /// <summary>The end of the feed at the last hello: up to here the device is owed what it missed.</summary>
    public long ReplayUntil
    {
        get
        {
            lock (_gate)
            {
                return _replayUntil;
            }
        }
    }

    /// <summary>No device can have seen more than this.</summary>
    public long SendingCursor
    {
        get
        {
            lock (_gate)
            {
                return _sending;
            }
        }
    }

    public long SentCursor
    {
        get
        {
            lock (_gate)
            {
                return _sent.Cursor;
            }
        }
    }

    /// <summary>
    /// A device says what it last saw. What went out before the previous pong must have reached it by now: where it has not, the
    /// feed goes back to what it saw, but not behind the last hello. Answers the end of the feed.
    /// </summary>
    public FeedPosition Ping(long? seen)
    {
        CancellationTokenSource? reading = null;
        FeedPosition head;
        lock (_gate)
        {
            // A hello that is on its way says itself from where the feed goes on.
            var greeted = !_owesHello && _turn?.Answer is null;
            if (greeted && seen is { } cursor and >= 0 && Math.Max(cursor, _greetedAt) is var from && from < _sentAtPong)
            {
                reading = Turned(new Turn(_sent with { Cursor = from }, Answer: null));
                _sentAtPong = from;
            }
            else
            {
                // What it has seen went out, also where we do not know yet that it did.
                _sentAtPong = Math.Max(_sent.Cursor, Math.Min(seen ?? 0, _sending));
            }

            head = _sent with { Cursor = Math.Max(_head, _sent.Cursor) };
        }

        Stop(reading);
        return head;
    }

    /// <summary>The feed goes on from there; completes when its new hello has been sent.</summary>
    public Task<Hello> TurnTo(FeedPosition to)
    {
        var answer = new TaskCompletionSource<Hello>(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenSource? reading;
        lock (_gate)
        {
            reading = Turned(new Turn(to, answer));
        }

        Stop(reading);
        return answer.Task;
    }

    private CancellationTokenSource? Turned(Turn turn)
    {
        _turn = turn;
        var reading = _reading;
        _reading = null;
        return reading;
    }

    /// <summary>Outside the lock, and not on this thread: what waits for the token goes on at once.</summary>
    private static void Stop(CancellationTokenSource? reading)
    {
        try
        {
            _ = reading?.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // That reading ended by itself meanwhile; the next one begins where the feed turned to.
        }
    }

    /// <param name="Answer">Who waits for the hello; null where none comes.</param>
    private sealed record Turn(FeedPosition To, TaskCompletionSource<Hello>? Answer);
}

/// <param name="After">Null: from now on.</param>
/// <param name="Continues">True where the device need not notice, if the position still holds.</param>
/// <param name="Answer">Who waits for the hello.</param>
/// <param name="ReplayUntil">The end of the feed at the last hello: up to here it is owed every event.</param>
internal readonly record struct FeedStart(
    FeedPosition? After, bool Continues, TaskCompletionSource<Hello>? Answer, long ReplayUntil = 0);
