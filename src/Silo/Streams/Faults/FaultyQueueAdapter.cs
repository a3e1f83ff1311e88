using Orleans.Streams;

namespace ChatOrleans.Silo.Streams.Faults;

/// <summary>Does to the batches on their way to the queue what <see cref="IStreamFaults"/> decides.</summary>
internal sealed class FaultyQueueAdapter(IQueueAdapter inner, IStreamFaults faults, TimeProvider time) : IQueueAdapter
{
    public string Name => inner.Name;

    public bool IsRewindable => inner.IsRewindable;

    public StreamProviderDirection Direction => inner.Direction;

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => inner.CreateReceiver(queueId);

    public async Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        var fault = faults.Decide(streamId);
        T[] kept = [.. events];
        if (fault.Delay == TimeSpan.Zero)
            await Send();
        else
            _ = SendLater(); // The publisher is answered at once, as it would be by a queue that is merely slow to deliver.

        async Task Send()
        {
            for (var copy = 0; copy < fault.Copies; copy++)
                await inner.QueueMessageBatchAsync(streamId, kept, token, requestContext);
        }

        async Task SendLater()
        {
            await Task.Delay(fault.Delay, time);
            await Send();
        }
    }
}
