using System.Globalization;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Reports;
using ChatOrleans.LoadTester.Servers;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>
/// What a message costs when the cluster has one, two, three members as processes, over Redis: CPU of all members together, and the
/// store's apart. Each size is a fresh cluster; people come in through one front, or two. They are compared at the machine's pace.
/// </summary>
internal static class SiloGrowth
{
    private static readonly (string Name, int Fronts, int Silos)[] Sizes =
        [("1: a front", 1, 0), ("2: two fronts", 2, 0), ("2: a front, a silo", 1, 1), ("3: two fronts, a silo", 2, 1), ("3: a front, two silos", 1, 2)];

    private static double? AtPace(LoadResult result) => result.CpuPerDelivery / (result.Pace ?? 1);

    /// <summary>Arguments: usual options; the load is pairs, window 4, and a room of 100.</summary>
    public static async Task<int> Run(string[] args, CancellationToken cancellationToken)
    {
        var options = LoadOptions.Parse(args);
        var results = new List<LoadResult>();
        var first = new Dictionary<string, LoadResult>();
        Console.WriteLine(Report.Machine);
        Console.WriteLine($"{"members",-24}{"scenario",-10}{"deliveries/s",14}{"CPU us",10}{"Redis CPU us",14}{"against one",13}{"pace",9}{"p50 ms",9}{"p99 ms",9}{"lost",6}");
        foreach (var (name, fronts, silos) in Sizes)
        {
            await using var cluster = await StartedCluster.Start(fronts, silos, options.Environment, cancellationToken);
            var target = Target.On(cluster.Server, options.Driver);
            foreach (var scenario in new[] { "pairs", "room" })
            {
                var run = options with { Scenario = scenario, Window = 4, Name = name, Grace = 60 };
                var redis = cluster.RedisCpu;
                var (result, all) = await Progress.Show($"{name}, {scenario}", options.Quiet, async progress =>
                {
                    var outcome = await new LoadRun(run, target, progress).Execute(cancellationToken);
                    return (outcome, outcome.Deliveries * (options.Duration + options.Warmup) / options.Duration);
                });
                results.Add(result);
                first.TryAdd(scenario, result);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name,-24}{scenario,-10}{result.DeliveriesPerSecond,14:0}{result.CpuPerDelivery,10:0.0}{(cluster.RedisCpu - redis).TotalMicroseconds / all,14:0.0}{AtPace(result) / AtPace(first[scenario]),13:0.00}{result.Pace,9:0}{result.P50,9:0.00}{result.P99,9:0.0}{result.Lost,6}"));
            }
        }

        if (options.Json is { } json)
        {
            Report.WriteJson(json, results);
        }

        return results.All(result => result.Kept) ? 0 : 1;
    }
}
