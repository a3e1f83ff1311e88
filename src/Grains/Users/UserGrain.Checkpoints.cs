using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>What is stored, and when: entries lazily, what the user did soon, what nobody could rebuild at once.</summary>
public sealed partial class UserGrain
{
    private const long LightestSnapshot = 16 * 1024;
    private const int KeptForLatecomers = 8;

    private readonly HashSet<ConversationId> _unacknowledged = [];
    private IGrainTimer? _checkpointTimer;
    private TaskCompletionSource? _nextCheckpoint;
    private TimeSpan _lastCheckpoint;
    private bool _scheduled;
    private bool _checkpointing;
    private long _weightSinceSnapshot;
    private long _snapshotWeight;

    /// <summary>Entries up to it may go.</summary>
    private long _storedInboxCursor;
    private Task _storingSnapshot = Task.CompletedTask;

    /// <summary>Completes when everything applied so far is durable; brings the next checkpoint forward.</summary>
    private Task Durable()
    {
        if (_broken)
        {
            return Task.FromException(ChatException.Unavailable("The storage did not answer. Try again."));
        }

        if (_log.Committed(LogTrack.Feed) == Head)
        {
            return Task.CompletedTask;
        }

        _nextCheckpoint ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = _nextCheckpoint.Task;
        var wait = _lastCheckpoint + _timing.CommandInterval - _time.Uptime();
        if ((wait <= TimeSpan.Zero || _moves) && !_checkpointing)
        {
            _ = RunCheckpoint();
        }
        else if (!_moves)
        {
            // So soon that nothing that is applied meanwhile puts it off.
            _scheduled = true;
            Timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        // Timers end with their silo: who waits then is told to ask again, and finds the next activation.
        return done.WaitAsync(_siloStop.Token);
    }

    private IGrainTimer Timer => _checkpointTimer ??= this.RegisterGrainTimer(
        static (grain, _) => grain.RunCheckpoint(),
        this,
        new GrainTimerCreationOptions { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, Interleave = true });

    private void ScheduleCheckpoint()
    {
        if (!_scheduled && !_broken)
        {
            _scheduled = true;
            Timer.Change(_timing.CheckpointInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task RunCheckpoint()
    {
        if (_checkpointing || _broken)
        {
            // The running one looks for more when it is done, and schedules it: this tick has been.
            _scheduled = false;
            return;
        }

        _checkpointing = true;
        _scheduled = false;
        _lastCheckpoint = _time.Uptime();
        var waiting = _nextCheckpoint;
        _nextCheckpoint = null;
        try
        {
            var snapshot = await StoreEntries();
            waiting?.SetResult();
            if (snapshot is not null)
            {
                await StoreSnapshot(snapshot);
            }
        }
        catch (Exception e)
        {
            Break(e);
            waiting?.TrySetException(e is ChatException ? e : ChatException.Unavailable("The storage did not answer. Try again."));
            _nextCheckpoint?.TrySetException(ChatException.Unavailable("The storage did not answer. Try again."));
            _ = waiting?.Task.Exception;
            return;
        }
        finally
        {
            _checkpointing = false;
        }

        if (_nextCheckpoint is not null && _moves)
        {
            _ = RunCheckpoint();
        }
        else if (_nextCheckpoint is not null)
        {
            _scheduled = true;
            Timer.Change(_timing.CommandInterval, Timeout.InfiniteTimeSpan);
        }
        else if (_log.Last(LogTrack.Feed) < Head)
        {
            ScheduleCheckpoint();
        }
    }

    /// <summary>
    /// Stores what was applied since the last time, then acknowledges it to the conversations it came from. Returns a snapshot of
    /// that moment when one is due.
    /// </summary>
    private async Task<InboxSnapshot?> StoreEntries()
    {
        await StoreEpoch();
        var first = FirstToKeep();
        StageUnseen();
        var upTo = Head;
        for (var cursor = _log.Last(LogTrack.Feed) + 1; cursor <= upTo; cursor++)
        {
            var row = _entries.SerializeToArray(_tail[cursor].Entry);
            _log.Begin();
            _log.Append(LogTrack.Feed, row);
            _weightSinceSnapshot += row.Length;
            if (_tail[cursor].Entry.Alert is { } alert)
            {
                _log.SetKey(AlertKey(alert.AlertId), Array.Empty<byte>());
            }
        }

        if (first is { } kept)
        {
            // Last: what tells that the notifications before it count as read must not be stored after it.
            _log.Begin();
            _log.Trim(LogTrack.Feed, kept);
        }

        var positions = _unacknowledged.Select(id => (id, PositionIn(id))).ToList();
        _unacknowledged.Clear();
        // What is applied from here on belongs to the next checkpoint: positions and snapshot are of this moment.
        var snapshot = WantsSnapshot ? _inbox.ToSnapshot() : null;
        await _log.Flush();
        foreach (var (id, position) in positions)
        {
            _ = GrainFactory.GetGrain<IConversationGrain>(id.Value).AcknowledgeFrom(_me, position, _here.SiloAddress);
        }

        ForgetWhatEverybodyHas();
        return snapshot;
    }

    /// <summary>The base of a new epoch is the log's end: it must be stored before the log grows.</summary>
    private Task StoreEpoch() => _profile.Epoch == EpochStored ? Task.CompletedTask : StoreProfile();

    private bool WantsSnapshot => _storingSnapshot.IsCompleted && _weightSinceSnapshot > Math.Max(LightestSnapshot, _snapshotWeight);

    private Task StoreSnapshot(InboxSnapshot snapshot)
    {
        _weightSinceSnapshot = 0;
        _snapshotWeight = snapshot.Weight;
        return _storingSnapshot = Store();

        async Task Store()
        {
            await _inboxes.Write(snapshot);
            _storedInboxCursor = snapshot.Cursor;
        }
    }

    /// <summary>Lets go of events that are stored and that every connected device has, but for a few.</summary>
    private void ForgetWhatEverybodyHas()
    {
        var needed = Math.Min(_log.Committed(LogTrack.Feed) + 1, Head - KeptForLatecomers + 1);
        foreach (var reader in _readers)
        {
            // Who is further behind than this reads from the store, or gets a behind.
            needed = Math.Min(needed, Math.Max(reader.Cursor + 1, Head - _timing.MostUnsentEvents));
        }

        _tail.DropBelow(needed);
    }

    /// <summary>Where the feed is to begin from now on, to keep it at its length. Notifications that go with it count as read, and everybody is told.</summary>
    private long? FirstToKeep()
    {
        var excess = Head - _log.First(LogTrack.Feed) + 1 - _timing.FeedEvents;
        if (excess < _timing.FeedEvents / 5)
        {
            return null;
        }

        var first = Math.Min(_log.First(LogTrack.Feed) + excess, _storedInboxCursor + 1);
        if (first <= _log.First(LogTrack.Feed))
        {
            return null;
        }

        if (_inbox.UnreadCursors().LastOrDefault(long.MaxValue) < first)
        {
            Append(new FeedEntry { Cursor = Head + 1, Kind = FeedEntryKind.NotificationRead, Timestamp = _time.GetUtcMilliseconds(), AllUpToCursor = first - 1 });
        }

        return first;
    }

    /// <summary>On clean deactivation: all entries and what nobody has seen, and the mark is taken away.</summary>
    private async Task StoreEverything()
    {
        _checkpointTimer?.Dispose();
        if (_log.Last(LogTrack.Feed) < Head)
        {
            await StoreEntries();
        }
        else if (MayHaveUnseen)
        {
            await StoreEpoch();
        }

        StageUnseen();
        await _log.Flush();
        if (_storingProfile is { } storing)
        {
            await storing;
        }

        if (_profile.Open)
        {
            _profile = _profile with { Open = false, HasUnseen = !_storedUnseen.IsEmpty };
            await StoreProfile();
        }

        _nextCheckpoint?.TrySetResult();
    }

    private static string AlertKey(string alertId) => $"alert/{alertId}";
}
