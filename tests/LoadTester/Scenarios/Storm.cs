using System.Diagnostics;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Reports;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>All connections break at one moment, while messages flow, and all come back at once.</summary>
internal static class Storm
{
    private const double UsualRate = 100;

    public static async Task<LoadResult> Run(
        LoadOptions options, Target target, Traffic traffic, Progress progress, CancellationToken cancellationToken)
    {
        traffic.Start();
        await progress.Watch("before the storm", traffic, TimeSpan.FromSeconds(options.Warmup), cancellationToken);
        traffic.Latency.Reset();
        var measure = new Measure(target, traffic);
        var start = Stopwatch.GetTimestamp();
        var back = new List<double>();
        progress.Say("all connections break");
        await Task.WhenAll(traffic.People.Select(async person =>
        {
            await Cutter.CutOnce(person.Device!, TimeSpan.Zero);
            lock (back)
            {
                back.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }));
        back.Sort();
        await progress.Watch("after the storm", traffic, TimeSpan.FromSeconds(options.Duration), cancellationToken);
        return measure.Take(options) with
        {
            Extra = new Dictionary<string, double>
            {
                ["half are back after ms"] = back[back.Count / 2],
                ["all are back after ms"] = back[^1],
                ["connections per second"] = back.Count / (back[^1] / 1_000),
            },
        };
    }

    /// <summary>A storm needs devices that know where they were, and messages to miss.</summary>
    public static LoadOptions Prepared(LoadOptions options) => options with { Verify = true, Rate = options.Rate > 0 ? options.Rate : UsualRate };
}
