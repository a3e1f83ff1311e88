using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;

namespace ChatOrleans.Silo.Streams;

/// <summary>
/// A queue with one reader that waits for it. Reentrant, because events must come in while the reader's call hangs; nothing
/// here awaits between reading its state and changing it.
/// </summary>
[Reentrant, PreferLocalPlacement]
internal sealed class StreamQueueGrain : Grain, IStreamQueueGrain
{
    private readonly Queue<StreamBatch> _batches = new();
    private readonly ChatStreamOptions _options;
    private readonly StreamMetrics _metrics;
    private readonly CancellationToken _stopping;
    private StreamPage? _unconfirmed;
    private Reader? _reader;
    private long _lastPage;

    public StreamQueueGrain(
        IOptions<ChatStreamOptions> options, TimeProvider time, StreamMetrics metrics, IHostApplicationLifetime host)
    {
        _stopping = host.ApplicationStopping;
        _options = options.Value;
        _metrics = metrics;
        // So that no activation knows the page ids of an earlier one.
        _lastPage = time.GetUtcNow().UtcTicks;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // One timer for all polls instead of one for each: a reader is sent home at the second tick that finds it waiting.
        this.RegisterGrainTimer(EndPoll, new() { DueTime = _options.PollTime / 2, Period = _options.PollTime / 2, Interleave = true });
        return Task.CompletedTask;
    }

    public Task Enqueue(StreamBatch[] batches)
    {
        foreach (var batch in batches)
            _batches.Enqueue(batch);
        var dropped = 0;
        for (; _batches.Count > _options.QueueCapacity; dropped++)
            _batches.Dequeue();
        _metrics.Dropped(dropped, "queue_full");
        if (_reader is { } reader && _batches.Count > 0)
            SendHome(NextPage(reader.Limit));
        return Task.CompletedTask;
    }

    public Task<StreamPage> Dequeue(long confirmed, int limit, bool wait, CancellationToken cancellationToken)
    {
        SendHome(StreamPage.Displacement);
        if (_unconfirmed?.Id == confirmed)
            _unconfirmed = null;
        if (_unconfirmed is not null || _batches.Count > 0)
            return Task.FromResult(NextPage(limit));
        if (_stopping.IsCancellationRequested)
            return Task.FromResult(StreamPage.Displacement);
        if (!wait)
            return Task.FromResult(StreamPage.Empty);
        _reader = new Reader(limit);
        return _reader.Wait(cancellationToken, _stopping);
    }

    private StreamPage NextPage(int limit)
    {
        if (_unconfirmed is null)
        {
            var batches = new StreamBatch[Math.Min(limit, _batches.Count)];
            for (var i = 0; i < batches.Length; i++)
                batches[i] = _batches.Dequeue();
            _unconfirmed = new StreamPage(++_lastPage, batches, Displaced: false);
        }
        return _unconfirmed;
    }

    private Task EndPoll(CancellationToken cancellationToken)
    {
        if (_reader is { } reader && reader.Ticks++ > 0)
            SendHome(StreamPage.Empty);
        return Task.CompletedTask;
    }

    private void SendHome(StreamPage page)
    {
        // Without effect when the reader has cancelled meanwhile: the page then waits, unconfirmed, for the next one.
        _reader?.TrySetResult(page);
        _reader = null;
    }

    private sealed class Reader(int limit) : TaskCompletionSource<StreamPage>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Limit => limit;

        public int Ticks { get; set; }

        public async Task<StreamPage> Wait(CancellationToken cancelled, CancellationToken stopping)
        {
            await using var cancellation = cancelled.UnsafeRegister(Finish, (this, StreamPage.Empty));
            // A silo lets its grains finish their requests before it stops, so a poll would hold it up.
            await using var stop = stopping.UnsafeRegister(Finish, (this, StreamPage.Displacement));
            return await Task;
        }

        private static void Finish(object? state)
        {
            var (reader, page) = ((Reader, StreamPage))state!;
            reader.TrySetResult(page);
        }
    }
}
