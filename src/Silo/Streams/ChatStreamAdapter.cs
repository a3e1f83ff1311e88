using System.Collections.Frozen;
using ChatOrleans.Grains.Nearby;
using Orleans.Serialization;
using Orleans.Streams;

namespace ChatOrleans.Silo.Streams;

/// <summary>One member's ways to consumers: here, in another member, or by the queues; and a reader for each queue that this member is given to read.</summary>
internal sealed class ChatStreamAdapter : IQueueAdapter
{
    private readonly FrozenDictionary<QueueId, BatchWriter> _writers;
    private readonly IStreamQueueMapper _mapper;
    private readonly IGrainFactory _grains;
    private readonly DeepCopier _copier;
    private readonly ChatStreamOptions _options;
    private readonly TimeProvider _time;
    private readonly StreamMetrics _metrics;
    private readonly NearbyStreams _nearby;
    private readonly StreamMembers _members;
    private readonly ISiloStatusOracle _statuses;
    private readonly IHostApplicationLifetime _host;
    private readonly Func<StreamBatch, Task> _toQueue;
    private readonly ILogger<QueueReader> _readerLog;

    public ChatStreamAdapter(
        string name,
        ChatStreamOptions options,
        IStreamQueueMapper mapper,
        IGrainFactory grains,
        DeepCopier copier,
        TimeProvider time,
        StreamMetrics metrics,
        NearbyStreams nearby,
        StreamMembers members,
        ISiloStatusOracle statuses,
        IHostApplicationLifetime host,
        ILogger<QueueReader> readerLog)
    {
        Name = name;
        _options = options;
        _mapper = mapper;
        _grains = grains;
        _copier = copier;
        _time = time;
        _metrics = metrics;
        _nearby = nearby;
        _members = members;
        _statuses = statuses;
        _host = host;
        _toQueue = ToQueue;
        _readerLog = readerLog;
        _writers = mapper.GetAllQueues().ToFrozenDictionary(id => id, WriterOf);
    }

    public string Name { get; }

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    /// <summary>
    /// Completes once the events are with a consumer of this process, on their way to one that is known to live in another, or in their
    /// queue's memory. Batches of one stream keep the order of these calls, but where a consumer moves. Throws what the call to the queue
    /// threw; the events are then dropped.
    /// </summary>
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        List<object>? queued = null;
        foreach (var one in events)
        {
            // The copier hands immutable events through as they are; what could still change is copied, as in a grain call.
            var copy = (object)_copier.Copy(one)!;
            if (queued is null && _nearby.TryTell(streamId, copy))
                _metrics.Published(1);
            else
                (queued ??= []).Add(copy);
        }

        if (queued is null)
            return Task.CompletedTask;
        var batch = new StreamBatch(streamId, [.. queued], requestContext);
        return _members.TryWrite(batch, _options.QueueCapacity, _toQueue) ? Task.CompletedTask : ToQueue(batch);
    }

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) =>
        new QueueReader(queueId, Queue(queueId), _statuses, _host, _options, _time, _metrics, _readerLog);

    private Task ToQueue(StreamBatch batch) => _writers[_mapper.GetQueueForStream(batch.Stream)].Write(batch);

    private BatchWriter WriterOf(QueueId id)
    {
        var queue = Queue(id);
        return new BatchWriter(Enqueue, _options.QueueCapacity, _metrics);

        async Task Enqueue(StreamBatch[] batches)
        {
            await queue.Enqueue(batches);
            _metrics.Published(batches.Length);
        }
    }

    private IStreamQueueGrain Queue(QueueId id) => _grains.GetGrain<IStreamQueueGrain>(id.ToString());
}
