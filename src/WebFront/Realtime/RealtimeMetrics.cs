using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Silo.Observability;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>What leaves for devices, as the operator sees it: how long messages took, and the last span of their traces.</summary>
internal sealed class RealtimeMetrics
{
    private readonly Histogram<double> _latency;

    public RealtimeMetrics(IMeterFactory meters) => _latency = meters.Create(ChatObservability.MeterName).CreateHistogram(
        "chat.delivery.latency", "s", "From a message's time to the moment its event was handed to a device's connection; replays not counted.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] });

    /// <param name="replayUntil">Up to here a device was owed what it had missed: how long that took says nothing.</param>
    public void Sent(FeedBatch batch, long replayUntil, DateTimeOffset began, DateTimeOffset now, string transport)
    {
        foreach (var e in batch.Events)
        {
            if (e.Entry is { Kind: FeedEntryKind.NewMessage } entry && entry.Cursor > replayUntil)
            {
                _latency.Record(Math.Max(0, (now.UtcDateTime - entry.Timestamp).TotalSeconds));
            }

            if (e.Trace is { } trace)
            {
                using var delivering = ChatTracing.Continue("chat.deliver", ActivityKind.Producer, trace, began).Tagged(e.Message!);
                delivering?.SetTag("chat.transport", transport).SetTag("chat.cursor", e.Entry.Cursor);
            }
        }
    }
}
