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

        _taking.SetResult(batch);
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

        _taking.SetResult(null);
    }

    FeedBatch? IValueTaskSource<FeedBatch?>.GetResult(short token) => _taking.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FeedBatch?>.GetStatus(short token) => _taking.GetStatus(token);

    void IValueTaskSource<FeedBatch?>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _taking.OnCompleted(continuation, state, token, flags);
}
