using System.Diagnostics.Metrics;

namespace ChatOrleans.Grains.Observability;

/// <summary>Counts the feeds that devices read from this process's users: one for each device that is connected anywhere.</summary>
public sealed class FeedMetrics
{
    private readonly UpDownCounter<long> _open;

    public FeedMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _open = meters.Create(ChatMetrics.MeterName).CreateUpDownCounter<long>("chat.feeds", "{feed}", "Feeds that devices read from users in this process.");
    }

    public void Opened() => _open.Add(1);

    public void Closed() => _open.Add(-1);
}
