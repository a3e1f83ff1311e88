using System.Diagnostics.Metrics;
using ChatOrleans.Silo.Observability;

namespace ChatOrleans.Silo.Streams;

/// <summary>Counters of the stream queues, on the meter "ChatOrleans".</summary>
internal sealed class StreamMetrics
{
    private readonly Counter<long> _published;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _reads;
    private readonly Counter<long> _readFailures;

    public StreamMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ChatObservability.MeterName);
        _published = meter.CreateCounter<long>("chat.streams.hints_published", "{hint}", "Hints that reached their consumer or their queue.");
        _dropped = meter.CreateCounter<long>(
            "chat.streams.hints_dropped", "{hint}", "Hints that were dropped; what they told of is healed from the logs.");
        _reads = meter.CreateCounter<long>("chat.streams.reads", "{read}", "Reads of a queue; at rest about one for each poll time.");
        _readFailures = meter.CreateCounter<long>("chat.streams.read_failures", "{read}", "Reads of a queue that failed.");
        // So that a query for those that should never rise finds a zero rather than nothing.
        _readFailures.Add(0);
        Array.ForEach(["queue_full", "writer_full", "enqueue_failed"], reason => _dropped.Add(0, new KeyValuePair<string, object?>("reason", reason)));
    }

    public void Published(int hints) => _published.Add(hints);

    /// <param name="hints">How many; 0 counts nothing.</param>
    /// <param name="reason">queue_full, writer_full or enqueue_failed.</param>
    public void Dropped(int hints, string reason)
    {
        if (hints > 0)
            _dropped.Add(hints, new KeyValuePair<string, object?>("reason", reason));
    }

    public void Read() => _reads.Add(1);

    public void ReadFailed() => _readFailures.Add(1);
}
