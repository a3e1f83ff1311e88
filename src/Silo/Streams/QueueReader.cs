using Orleans.Streams;

namespace ChatOrleans.Silo.Streams;

/// <summary>
/// Reads one queue for the agent that delivers its events. Never throws and never answers empty before a whole poll: the
/// agent would leave its loop, and after a failure leave it for long.
/// </summary>
internal sealed partial class QueueReader(
    QueueId id, IStreamQueueGrain queue, ISiloStatusOracle members, IHostApplicationLifetime host, ChatStreamOptions options,
    TimeProvider time, StreamMetrics metrics, ILogger<QueueReader> log)
    : IQueueAdapterReceiver
{
    // Failures in a row after which it is no longer a member that comes or goes.
    private const int FailuresThatWarn = 40;

    private long _confirmed;
    private long _place = time.GetUtcNow().UtcTicks;
    private int _failures;

    // Whether the queue is known to live where the calls go. A call that waits while it is being forwarded from a silo that
    // stops would be broken, with a warning, as soon as that silo is gone; so until an answer came, calls don't wait.
    private bool _settled;

    private Task _call = Task.CompletedTask;

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    // The pulling agent cancels its read before it calls this. Where the only silo stops, its queue answers at once, and that is
    // waited for: a call still on its way when the queue goes would have nowhere to be sent to.
    public async Task Shutdown(TimeSpan timeout)
    {
        if (StopsAlone)
            await _call.WaitAsync(timeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (members.CurrentStatus != SiloStatus.Active || StopsAlone)
        {
            // It stops, and this queue with it or to another member. Where there is none, the queue would have nowhere to be, and a call
            // that goes out while the silo turns to stopping could find it gone: the host knows before the silo does.
            await Pause(cancellationToken);
            return [];
        }

        try
        {
            var limit = maxCount > 0 ? Math.Min(maxCount, options.ReadLimit) : options.ReadLimit;
            // Who is cancelled just goes. The call is not cancelled: that is a call too, to a queue that may have stopped before.
            var call = queue.Dequeue(_confirmed, limit, wait: _settled, CancellationToken.None);
            _call = call;
            var page = await call.WaitAsync(cancellationToken);
            metrics.Read();
            _failures = 0;
            _settled = !page.Displaced;
            // Two members may both believe for a moment that the queue is theirs, and a stopping silo keeps no reader waiting;
            // without a pause they would all ask as fast as they can.
            if (page.Displaced)
                await Pause(cancellationToken);
            if (page.Batches.Length == 0)
                return [];
            _confirmed = page.Id;
            return Array.ConvertAll(page.Batches, IBatchContainer (batch) => new ChatBatchContainer(batch, ++_place));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return [];
        }
        catch (Exception exception)
        {
            metrics.ReadFailed();
            _settled = false;
            LogReadFailed(++_failures, exception);
            await Pause(cancellationToken);
            return [];
        }
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken) => Task.CompletedTask;

    private bool StopsAlone =>
        host.ApplicationStopping.IsCancellationRequested && members.GetApproximateSiloStatuses(onlyActive: true).Count <= 1;

    private async Task Pause(CancellationToken cancellationToken) =>
        await Task.Delay(options.RetryPause, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private void LogReadFailed(int failures, Exception exception)
    {
        if (failures == FailuresThatWarn)
            QueueStaysUnread(id, failures, exception);
        else
            ReadFailed(id, failures, exception);
    }
}
