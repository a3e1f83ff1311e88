using System.Diagnostics;
using HdrHistogram;

namespace ChatOrleans.LoadTester.Load;

/// <summary>Figures between two moments.</summary>
internal sealed class Measure(Target target, Traffic traffic)
{
    private readonly long _deliveries = traffic.Deliveries;
    private readonly TimeSpan? _cpu = target.Cpu;
    private readonly long _bytes = GC.GetTotalAllocatedBytes();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Pace _pace = new();

    public LoadResult Take(LoadOptions options)
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var deliveries = traffic.Deliveries - _deliveries;
        var cpu = target.Cpu - _cpu;
        var latency = traffic.Latency.Copy();
        return new LoadResult
        {
            Name = options.Name ?? target.Name,
            Scenario = options.Scenario,
            Driver = options.Driver,
            Load = LoadOf(options),
            Seconds = seconds,
            Deliveries = deliveries,
            CpuPerDelivery = deliveries > 0 ? cpu?.TotalMicroseconds / deliveries : null,
            Pace = _pace.Take(),
            BytesPerDelivery = deliveries > 0 && options.UsesGrains ? (GC.GetTotalAllocatedBytes() - _bytes) / (double)deliveries : null,
            ResidentMib = target.ResidentBytes / 1048576.0,
            P50 = At(latency, 50),
            P90 = At(latency, 90),
            P99 = At(latency, 99),
            P999 = At(latency, 99.9),
            Max = At(latency, 100),
            Curve = [.. Percentiles.Select(percentile => new[] { percentile, At(latency, percentile) })],
            Settings = target.Settings,
        };
    }

    private static IEnumerable<double> Percentiles =>
        [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999, 100];

    private static string LoadOf(LoadOptions options) => (options.Scenario is "room" or "mixed" ? $"{options.Members} members, " : "")
        + (options.Scenario == "room" && options.Online > 0 ? $"{options.Online} online, " : "")
        + (options.Scenario == "room" ? "" : $"{options.Users} users, ")
        + (options.Rate > 0 ? $"{options.Rate:0} messages/s" : $"window {options.WindowOr(options.Scenario == "room" ? 4 : 1)}");

    private static double At(HistogramBase latency, double percentile) =>
        latency.TotalCount == 0 ? 0 : latency.GetValueAtPercentile(percentile) * 1_000.0 / Stopwatch.Frequency;
}
