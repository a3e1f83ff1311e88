using System.Threading.Tasks.Sources;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// Between a user's grain and a device's session in the same process: the grain lays down the next batch when the last one was taken, so
/// it is the device's pulling that sets the pace, without a call for each batch. Holds one batch at the most.
/// </summary>
internal sealed class NearbyDevice : IValueTaskSource<FeedBatch?>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<FeedBatch?> _taking = new() { RunContinuationsAsynchronously = true };
    private Action? _refill;
    private FeedBatch? _batch;
    private FeedBatch? _given;
    private bool _waiting;
    private bool _wantsMore;
    private bool _ended;

    /// <summary>True once the user's grain, in this process, knows of the device.</summary>
    public bool IsAttached => Volatile.Read(ref _refill) is not null;

    /// <param name="refill">Called from any thread when there is room again after <see cref="HasRoom"/> said no.</param>
    public void Attach(Action refill) => Volatile.Write(ref _refill, refill);

    /// <summary>Whether a batch can be laid down now. Where not, the grain is told as soon as it can.</summary>
    public bool HasRoom()
    {
        lock (_gate)
        {
            _wantsMore = _batch is not null;
            return !_wantsMore && !_ended;
        }
    }

    /// <summary>Only after <see cref="HasRoom"/>.</summary>
    public void Put(FeedBatch batch)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _batch = batch;
                return;
            }

            _waiting = false;
        }

        Give(batch);
    }

    /// <summary>The next batch; null at the end. One taker.</summary>
    public ValueTask<FeedBatch?> Take()
    {
        FeedBatch? batch;
        bool refill;
        lock (_gate)
        {
            if (_batch is null && !_ended)
            {
                _taking.Reset();
                _waiting = true;
                return new ValueTask<FeedBatch?>(this, _taking.Version);
            }

            (batch, _batch) = (_ended ? null : _batch, null);
            (refill, _wantsMore) = (_wantsMore, false);
        }

        if (refill)
        {
            _refill!();
        }

        return new ValueTask<FeedBatch?>(batch);
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        Give(null);
    }

    /// <summary>
    /// The waiting session goes on in this turn, up to where it waits again: a turn of the pool for each device and message costs more than
    /// what it does. Not where it will ask grains, which is not to be done in another grain's name; and never as part of the grain's turns.
    /// </summary>
    private void Give(FeedBatch? batch)
    {
        _taking.RunContinuationsAsynchronously = batch is null || batch.TellsOfConversations;
        if (_taking.RunContinuationsAsynchronously)
        {
            _taking.SetResult(batch);
            return;
        }

        _given = batch;
        new Task(static device => ((NearbyDevice)device!).GoOn(), this).RunSynchronously(TaskScheduler.Default);
    }

    private void GoOn()
    {
        var given = _given;
        _given = null;
        _taking.SetResult(given);
    }

    FeedBatch? IValueTaskSource<FeedBatch?>.GetResult(short token) => _taking.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FeedBatch?>.GetStatus(short token) => _taking.GetStatus(token);

    void IValueTaskSource<FeedBatch?>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _taking.OnCompleted(continuation, state, token, flags);
}
