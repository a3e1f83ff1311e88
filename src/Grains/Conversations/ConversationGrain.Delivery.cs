using System.Diagnostics;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Ids;
using ChatOrleans.Streams;
using ChatOrleans.Users;
using Orleans.Runtime;
using Orleans.Streams;

namespace ChatOrleans.Grains.Conversations;

/// <summary>
/// How what is committed reaches the members: one drain loop publishes in order (fast, may be lost), and the outbox delivers to whoever
/// has not acknowledged (sure).
/// </summary>
public sealed partial class ConversationGrain
{
    private const int MostEventsPerBatch = 256;
    private const int MostDeliveriesAtOnce = 64;

    private readonly Dictionary<UserId, IAsyncStream<MemberEvents>> _streams = [];
    private readonly HashSet<UserId> _delivering = [];
    private Outbox _outbox = new(default, []);
    private Position _published;
    private bool _draining;
    private IGrainTimer? _outboxTimer;
    private bool _resting = true;
    private bool _broken;

    public Task Acknowledge(UserId member, Position durable)
    {
        _outbox.Acknowledge(member, durable);
        return Task.CompletedTask;
    }

    public Task AcknowledgeFrom(UserId member, Position durable, SiloAddress place)
    {
        _farStreams.Learn(NearbyStreams.Of(member), place);
        ComeNear(place);
        return Acknowledge(member, durable);
    }

    /// <summary>Completes when what was staged is durable and the conversation can be found again after a crash.</summary>
    private Task Commit(Task durable)
    {
        if (_resting)
        {
            WatchOutbox();
        }

        if (_broken || _ended)
        {
            // It was under way when this activation gave up, or ended: only the next one tells of it.
            _waker.Wake(_id);
        }

        // Listing runs beside the write, and before the answer; once done it costs nothing.
        var listed = Listed();
        return listed.IsCompletedSuccessfully ? durable : Task.WhenAll(durable, listed.WaitAsync(_siloStop.Token));
    }

    private void Advance()
    {
        _log.Advance();
        if (!_draining)
        {
            _ = Drain();
        }
    }

    private void Break(Exception failure)
    {
        LogWriteFailed(failure.Unforeseen(), _id, failure.Message);
        GiveUp(wakeNext: true);
    }

    /// <param name="wakeNext">
    /// Whether somebody may lack something: only the next activation can say what is stored, and what is stored is to be told without
    /// anybody's asking.
    /// </param>
    private void GiveUp(bool wakeNext)
    {
        _broken = true;
        Leave();
        if (wakeNext)
        {
            _waker.Wake(_id);
        }

        DeactivateOnIdle();
    }

    /// <summary>The one loop that publishes, so that events leave in the order of the logs.</summary>
    private async Task Drain()
    {
        _draining = true;
        // The loop goes on for others than the one whose post began it.
        Activity.Current = null;
        try
        {
            while (!_published.Covers(_log.Committed))
            {
                var page = _traces.With(await _log.Events(new MembershipSpan(_published, _log.Committed), MostEventsPerBatch));
                using var publishing = _traces.Publishing(page);
                await Publish(new MemberEvents(_id, page.Events, _published, page.Until));
                _published = page.Until;
            }
        }
        catch (Exception e)
        {
            // Only a hint is late: the next commit drains again, and the outbox delivers in any case.
            LogDrainFailed(e, _id);
        }
        finally
        {
            _draining = false;
        }
    }

    private Task Publish(MemberEvents events)
    {
        var members = _roster.Of(_state);
        var sent = new List<Task>(members.Length);
        foreach (var user in members)
        {
            sent.Add(StreamOf(user).OnNextAsync(events));
        }

        foreach (var one in events.Events)
        {
            // Who was removed hears of it with everybody else.
            if (one.Change?.Type is ChangeType.MemberRemoved)
            {
                sent.AddRange(one.Change.Members
                    .Where(member => !_state.Members.ContainsKey(member.UserId))
                    .Select(member => StreamOf(member.UserId).OnNextAsync(events)));
            }
        }

        return Task.WhenAll(sent);
    }

    private IAsyncStream<MemberEvents> StreamOf(UserId user)
    {
        if (!_streams.TryGetValue(user, out var stream))
        {
            var provider = this.GetStreamProvider(ChatStreams.ProviderName);
            _streams[user] = stream = provider.GetStream<MemberEvents>(NearbyStreams.Of(user));
        }

        return stream;
    }

    private void WatchOutbox()
    {
        _resting = false;
        _outboxTimer ??= this.RegisterGrainTimer(
            static (grain, _) => grain.Watch(),
            this,
            // Kept alive: while somebody lacks something nobody else need call, and at rest there are no ticks.
            new GrainTimerCreationOptions { DueTime = _timing.CheckpointInterval, Period = _timing.CheckpointInterval, Interleave = true, KeepAlive = true });
        _outboxTimer.Change(_timing.CheckpointInterval, _timing.CheckpointInterval);
    }

    private async Task Watch()
    {
        GiveUpOnOldPosts();
        // Each beside the others: a tick comes only after the one before it, and who does not answer must hold up nobody else.
        _ = TellDeletions();
        var committed = _log.Committed;
        if (IsAtRest)
        {
            _metrics.Lagging.Forget(_id);
            _traces.Clear();
            if (_resting)
            {
                await Rest();
                return;
            }

            // At rest: one more look after a while, to write the head and leave the recovery list, and then none.
            _resting = true;
            _outboxTimer?.Change(_timing.RestAfter, Timeout.InfiniteTimeSpan);
            return;
        }

        var due = _outbox.Tick(committed, Recipients(), Target, _time.Uptime());
        _metrics.Lags(_id, _outbox.Behind, committed);
        _ = ListAgain();
        _ = DeliverTo(due, mustSucceed: false);
        if (_log.Committed.Seq - _headSeq > _timing.MessagesPerHead)
        {
            await WriteHead();
        }
    }

    /// <summary>Members, those who left and have not been seen to know it, and whoever is behind.</summary>
    private IEnumerable<UserId> Recipients()
    {
        var floor = _outbox.Floor;
        return _roster.Of(_state)
            .Concat(_state.Former.Where(entry => entry.Value[^1].Until.Rev > floor.Rev).Select(entry => entry.Key))
            .Concat(_outbox.Behind.Select(entry => entry.Key))
            .Distinct();
    }

    /// <summary>How far a recipient can come at all: a former member up to their removal.</summary>
    private Position Target(UserId user, Position expected) =>
        !_state.Members.ContainsKey(user) && _state.Former.TryGetValue(user, out var spans) ? Earlier(spans[^1].Until, expected) : expected;

    private async Task DeliverTo(IEnumerable<UserId> users, bool mustSucceed)
    {
        var head = _log.Committed;
        foreach (var some in users.ToArray().Chunk(MostDeliveriesAtOnce))
        {
            await Task.WhenAll(some.Select(user => DeliverTo(user, head, mustSucceed)));
        }
    }

    private async Task DeliverTo(UserId user, Position head, bool mustSucceed)
    {
        // A command waits for its own. Of two ticks' deliveries one may be under way still, or have done what the other waited to do.
        if (!mustSucceed && (_delivering.Contains(user) || _outbox.Acknowledged(user).Covers(Target(user, head))))
        {
            return;
        }

        _delivering.Add(user);
        try
        {
            var caught = await GrainFactory.GetGrain<IUserGrain>(user.Value).CatchUp(_id, head).WaitAsync(Leaving);
            _outbox.Acknowledge(user, caught.Durable);
            _metrics.DeliveredDirectly(done: true);
            Remember(new Actor(user, caught.Name));
        }
        catch (Exception e)
        {
            _metrics.DeliveredDirectly(done: false);
            DeliveryFailed(e, user);
            if (mustSucceed)
            {
                throw ChatException.Unavailable("The change is stored, but not every member has been told yet; that goes on by itself.");
            }
        }
        finally
        {
            _delivering.Remove(user);
        }
    }
}
