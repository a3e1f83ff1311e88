namespace ChatOrleans.Silo.Streams;

/// <summary>
/// One member's way to one place: a queue, or another member. Has at most one call outstanding; what arrives meanwhile goes together in
/// the next. So order is kept, and under load a call carries many batches.
/// </summary>
/// <param name="send">The call. What it throws, those who wrote what it carried see.</param>
internal sealed class BatchWriter(Func<StreamBatch[], Task> send, int capacity, StreamMetrics metrics) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private Load? _next;
    private bool _sending;

    /// <summary>Completes once the place has the batch, or once it was dropped because too many wait. Throws what the call threw.</summary>
    public Task Write(StreamBatch batch)
    {
        Load load;
        lock (_gate)
        {
            load = _next ??= new Load();
            load.Batches.Enqueue(batch);
            if (load.Batches.Count > capacity)
            {
                load.Batches.Dequeue();
                metrics.Dropped(1, "writer_full");
            }
            if (_sending)
                return load.Task;
            _sending = true;
        }
        // Not on the publishing grain's own scheduler or context: the loop serves all grains of this member.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        return load.Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAll();

    private async Task SendAll()
    {
        while (Take() is { } load)
        {
            try
            {
                await send([.. load.Batches]);
                load.SetResult();
            }
            catch (Exception exception)
            {
                // Not tried again: the place may have them, and the publisher's own log heals what it has not.
                metrics.Dropped(load.Batches.Count, "enqueue_failed");
                load.SetException(exception);
            }
        }
    }

    private Load? Take()
    {
        lock (_gate)
        {
            var load = _next;
            _next = null;
            _sending = load is not null;
            return load;
        }
    }

    private sealed class Load() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Queue<StreamBatch> Batches { get; } = new();
    }
}
