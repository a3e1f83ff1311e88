using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Reports;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>Connections that say nothing: what each costs in memory, and what all of them cost in CPU.</summary>
internal static class Idle
{
    public static async Task<LoadResult> Run(
        LoadOptions options, Target target, Traffic traffic, long? before, int connections, Progress progress, CancellationToken cancellationToken)
    {
        await progress.Watch("settling", traffic, TimeSpan.FromSeconds(options.Warmup), cancellationToken);
        var measure = new Measure(target, traffic);
        var cpu = target.Cpu;
        await progress.Watch("idle", traffic, TimeSpan.FromSeconds(options.Duration), cancellationToken);
        var result = measure.Take(options);
        return result with
        {
            Load = $"{options.Users} connections",
            KibPerConnection = (target.ResidentBytes - before) / 1024.0 / connections,
            Extra = new Dictionary<string, double>
            {
                ["CPU ms per second"] = ((target.Cpu - cpu)?.TotalMilliseconds ?? 0) / result.Seconds,
            },
        };
    }
}
