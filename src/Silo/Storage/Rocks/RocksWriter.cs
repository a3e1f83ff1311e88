using System.Diagnostics;
using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// The one thread that writes to the database. It takes all writes that wait, whoever they are from, into one batch with one disk
/// sync, so that a busy server pays for few syncs and an idle one answers at once. A refused write fails alone. Disposing stores
/// what waits, then refuses.
/// </summary>
/// <remarks>Its own thread, because waiting for a disk on the thread pool of a small machine stalls everything else.</remarks>
public sealed partial class RocksWriter : IDisposable
{
    // Enough to make a sync cheap per write, little enough to keep the first of a group from waiting for a huge one.
    private const long MaxGroupBytes = 4 << 20;

    private static readonly PendingWrite s_closed = new ClosedMark();

    private readonly RocksDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly StagedWrites _staged;
    private readonly List<PendingWrite> _waiting = [];
    private readonly List<PendingWrite> _group = [];
    private readonly ManualResetEventSlim _signal = new(false, spinCount: 0);
    private readonly Thread _thread;
    private PendingWrite? _newest;
    private volatile bool _stopping;
    private Exception? _fault;
    private long _faultAt;

    public RocksWriter(RocksDatabase database, TimeProvider time, ILogger<RocksWriter> log)
    {
        (_database, _time, _log) = (database, time, log);
        _staged = new StagedWrites(database.Options.CachedHeads);
        _thread = new Thread(Run) { Name = "storage writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Hands a write in; the task is the write's own. Never blocks.</summary>
    internal Task Enqueue(PendingWrite write)
    {
        var newest = Volatile.Read(ref _newest);
        while (true)
        {
            if (ReferenceEquals(newest, s_closed))
                return Task.FromException(new LogUnavailableException("The store is closed."));
            write.Previous = newest;
            var seen = Interlocked.CompareExchange(ref _newest, write, newest);
            if (ReferenceEquals(seen, newest))
                break;
            newest = seen;
        }

        // Only the first of a group wakes the thread: while it writes, the others just queue up.
        if (newest is null)
            _signal.Set();
        return write.Task;
    }

    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        _signal.Set();
        _thread.Join();
        _staged.Dispose();
        _signal.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            // Closed, it can't even be read, and whoever can't read does not come to write.
            var reopens = _fault is not null && !_database.IsOpen;
            _signal.Wait(reopens ? _database.Options.RetryMilliseconds : Timeout.Infinite);
            _signal.Reset();
            var last = _stopping;
            if (reopens && !last)
                TryRecover();
            Take(Interlocked.Exchange(ref _newest, last ? s_closed : null));
            for (var next = 0; next < _waiting.Count;)
                next = CommitGroup(next);
            _waiting.Clear();
            if (last)
                return;
        }
    }

    /// <summary>In the order in which they were handed in.</summary>
    private void Take(PendingWrite? newest)
    {
        for (var write = newest; write is not null; write = write.Previous)
            _waiting.Add(write);
        _waiting.Reverse();
    }

    /// <summary>Stores one group, from a position of what waits on; returns where the next begins.</summary>
    private int CommitGroup(int next)
    {
        var usable = TryRecover();
        do
        {
            var write = _waiting[next++];
            write.Previous = null;
            if (!usable)
                write.SetException(Unavailable());
            else
                Stage(write);
        }
        while (next < _waiting.Count && _staged.Bytes < MaxGroupBytes);

        if (_group.Count > 0)
            Store();
        return next;
    }

    private void Stage(PendingWrite write)
    {
        try
        {
            if (write.Stage(_database, _staged) is { } refusal)
                write.SetException(refusal);
            else
                _group.Add(write);
        }
        catch (Exception fault)
        {
            write.SetException(fault as LogUnavailableException ?? new LogUnavailableException($"The store failed while a write was prepared: {fault.Message}"));
        }
    }

    private void Store()
    {
        try
        {
            _database.Write(_staged.Batch);
            _staged.Begin();
            foreach (var write in _group)
                write.SetResult();
        }
        catch (Exception fault)
        {
            _staged.Forget();
            Fail(fault);
            foreach (var write in _group)
                write.SetException(Unavailable());
        }
        finally
        {
            _group.Clear();
        }
    }

    /// <summary>After a failed write RocksDB refuses all others until it is opened anew; this tries that, at most every so often.</summary>
    private bool TryRecover()
    {
        if (_fault is null)
            return true;
        if (_time.GetElapsedTime(_faultAt).TotalMilliseconds < _database.Options.RetryMilliseconds)
            return false;
        try
        {
            _database.Reopen();
            _fault = null;
            return true;
        }
        catch (Exception fault)
        {
            Fail(fault);
            return false;
        }
    }

    private void Fail(Exception fault)
    {
        (_fault, _faultAt) = (fault, _time.GetTimestamp());
        WriteFailed(_database.Directory, fault);
    }

    private LogUnavailableException Unavailable() =>
        new($"The store in {_database.Directory} takes no writes ({_fault!.Message}). It is tried again by itself.");

    private sealed class ClosedMark : PendingWrite
    {
        public override Exception? Stage(RocksDatabase database, StagedWrites staged) => throw new UnreachableException();
    }
}
