using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace ChatOrleans.Benchmarks;

/// <summary>Which types the bytes go to: the runtime reports one allocation in about every 100 KB, with its type.</summary>
internal sealed class AllocationCount : EventListener
{
    private const EventKeywords Gc = (EventKeywords)0x1;
    private readonly ConcurrentDictionary<string, long> _bytes = new();

    public void Reset() => _bytes.Clear();

    public void Print(int most)
    {
        var total = _bytes.Values.Sum();
        foreach (var (type, bytes) in _bytes.OrderByDescending(one => one.Value).Take(most))
        {
            Console.WriteLine($"    {100.0 * bytes / total,5:0.0} %  {type}");
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Gc);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) == true)
        {
            var type = (string)eventData.Payload![5]!;
            _bytes.AddOrUpdate(type, Convert.ToInt64(eventData.Payload[3], null), (_, sum) => sum + Convert.ToInt64(eventData.Payload[3], null));
        }
    }
}
