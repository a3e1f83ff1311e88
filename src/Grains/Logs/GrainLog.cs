using ChatOrleans.Errors;

namespace ChatOrleans.Grains.Logs;

/// <summary>
/// The log as its one grain uses it: what is appended during a write goes together in the next one (group commit), and one write
/// is outstanding at a time. Not thread-safe: the grain's turns are its lock. What is staged between two awaits is one atomic
/// unit, as long as it begins with <see cref="Begin"/>.
/// </summary>
/// <param name="committed">Called after each write, before its callers go on, so that positions are published in order.</param>
/// <param name="broken">Called once when a write failed: its outcome is unknown, so the grain must deactivate and read again.</param>
public sealed class GrainLog(ILogStore store, LogOwner owner, Action committed, Action<Exception> broken)
{
    // An Azure transaction holds 100 rows; a unit is at most four of them.
    private const int MostRowsPerWrite = 90;

    private readonly Queue<StagedWrite> _staged = new();
    private readonly long[] _last = new long[4];
    private readonly long[] _committed = new long[4];
    private readonly long[] _first = [1, 1, 1, 1];
    private StagedWrite? _open;
    private long _storedGeneration;
    private long _generation;
    private bool _writing;
    private bool _gathering;
    private bool _failed;
    private bool _tookOver;
    private Task _lastDone = Task.CompletedTask;

    public ILogStore Store => store;

    public LogOwner Owner => owner;

    /// <summary>True once a write of this activation is on its way or done.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>True where nothing had been stored when this activation began.</summary>
    public bool BeganEmpty { get; private set; }

    /// <summary>Reads where the log ends. Throws <see cref="LogUnavailableException"/>.</summary>
    public async Task Load(CancellationToken cancellationToken)
    {
        var head = await store.ReadHead(owner, cancellationToken);
        BeganEmpty = head.Generation == 0;
        _storedGeneration = head.Generation;
        _generation = head.Generation + 1;
        foreach (var bounds in head.Tracks)
        {
            _first[(int)bounds.Track] = bounds.First;
            _last[(int)bounds.Track] = _committed[(int)bounds.Track] = bounds.Last;
        }
    }

    /// <summary>
    /// For who goes by what was read, and not by a write that would be refused: from here on no earlier activation writes any more, as one of a member that was
    /// frozen and held for dead would when it wakes. One write, once. Throws ChatException: Unavailable, also where one has written since this one read.
    /// </summary>
    public async Task TakeOver()
    {
        if (_tookOver)
        {
            return;
        }

        Begin();
        await Flush();
        foreach (var bounds in (await store.ReadHead(owner)).Tracks)
        {
            if ((bounds.Last > Last(bounds.Track) || bounds.First > First(bounds.Track)) && !_failed)
            {
                _failed = true;
                broken(new LogConflictException($"{owner}: {bounds.Track} {bounds.First} to {bounds.Last} is there: an earlier activation has written meanwhile."));
            }
        }

        if (_failed)
        {
            throw Unavailable();
        }

        _tookOver = true;
    }

    /// <summary>The last index given out, durable or not.</summary>
    public long Last(LogTrack track) => _last[(int)track];

    /// <summary>The last index that is durable.</summary>
    public long Committed(LogTrack track) => _committed[(int)track];

    /// <summary>The first index that is retained.</summary>
    public long First(LogTrack track) => _first[(int)track];

    /// <summary>Begins an atomic unit: what is staged from here to the next await is written together.</summary>
    public void Begin()
    {
        if (_failed)
        {
            throw Unavailable();
        }

        if (_open is null || _open.Rows >= MostRowsPerWrite)
        {
            _open = new StagedWrite();
            _staged.Enqueue(_open);
        }
    }

    /// <summary>Stages one row and returns its index.</summary>
    public long Append(LogTrack track, ReadOnlyMemory<byte> row)
    {
        var index = ++_last[(int)track];
        _open!.Append(track, index, row);
        return index;
    }

    public void Replace(LogTrack track, long index, ReadOnlyMemory<byte> row) => _open!.Replace(track, index, row);

    public void SetKey(string key, ReadOnlyMemory<byte>? value) => _open!.SetKey(key, value);

    public void Trim(LogTrack track, long first)
    {
        _first[(int)track] = first;
        _open!.Trim(track, first);
    }

    /// <summary>Completes when everything staged so far is durable. Throws ChatException: Unavailable (outcome unknown).</summary>
    public Task Flush()
    {
        if (_failed)
        {
            return Task.FromException(Unavailable());
        }

        // Nothing staged: all that was staged before is durable, but for the write under way, whose task is the last one.
        var done = _open?.Done.Task ?? _lastDone;
        BeginWriting();
        return done;
    }

    /// <summary>Until it is disposed, in the same turn, flushes only wait: what they are for goes into one write.</summary>
    public Gathering Gather()
    {
        _gathering = true;
        return new Gathering(this);
    }

    private void BeginWriting()
    {
        if (!_writing && !_gathering && !_failed)
        {
            _ = WriteStaged();
        }
    }

    private async Task WriteStaged()
    {
        _writing = true;
        while (_staged.TryDequeue(out var next))
        {
            if (ReferenceEquals(next, _open))
            {
                _open = null;
            }

            _lastDone = next.Done.Task;
            HasWritten = true;
            try
            {
                await store.Write(next.ToWrite(owner, _storedGeneration, _generation));
            }
            catch (Exception e)
            {
                Break(next, e);
                return;
            }

            _storedGeneration = _generation;
            next.MarkCommitted(_committed);
            committed();
            next.Done.SetResult();
        }

        _writing = false;
    }

    private void Break(StagedWrite write, Exception failure)
    {
        _failed = true;
        try
        {
            broken(failure);
        }
        finally
        {
            write.Fail(Unavailable());
            while (_staged.TryDequeue(out var waiting))
            {
                waiting.Fail(Unavailable());
            }
        }
    }

    public readonly struct Gathering(GrainLog log) : IDisposable
    {
        public void Dispose()
        {
            log._gathering = false;
            log.BeginWriting();
        }
    }

    private static ChatException Unavailable() =>
        ChatException.Unavailable("The storage did not confirm the write. Repeat it with the same client id.");
}
