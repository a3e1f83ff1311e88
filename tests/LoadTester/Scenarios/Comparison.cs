using System.Text.Json;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Reports;
using ChatOrleans.LoadTester.Servers;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>
/// Ours and the peers in turn, on the same machine, by the same load: each server fresh, the scenarios in one fixed order (a server that
/// held many connections is slower afterwards), several rounds, medians.
/// </summary>
internal static class Comparison
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly (string Name, Func<LoadOptions, LoadOptions> Of)[] Scenarios =
    [
        ("pairs, window 1", o => o with { Scenario = "pairs", Window = 1 }),
        ("pairs, window 16", o => o with { Scenario = "pairs", Window = 16 }),
        ("pairs, 1,000/s", o => o with { Scenario = "pairs", Rate = 1_000 }),
        ("room of 100", o => o with { Scenario = "room", Members = 100, Window = 4 }),
        ("room of 1,000", o => o with { Scenario = "room", Members = 1_000, Window = 4 }),
        ("idle", o => o with { Scenario = "idle", Users = 2_000, Duration = 2, Warmup = 4 }),
    ];

    /// <summary>Arguments: rounds, servers (ours, ours-hub, none, redis, sqlite; with commas), then usual options.</summary>
    public static async Task<int> Run(string[] args, CancellationToken cancellationToken)
    {
        var rounds = Positional.Number(args, 0, "rounds", 3);
        var servers = Positional.Text(args, 1) is { } named ? named.Split(',') : ["ours", "ours-hub", "redis", "sqlite"];
        var options = LoadOptions.Parse(Positional.Rest(args, 2)) with { Grace = 60 };
        var figures = new Dictionary<(string Server, string Scenario), List<LoadResult>>();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var server in servers)
            {
                await Progress.Show($"round {round}, {server}", options.Quiet, async progress =>
                {
                    await Round(server, options, figures, progress, cancellationToken);
                    return 0;
                });
            }
        }

        var results = figures.Select(one => (one.Key.Server, one.Key.Scenario, Result: Median(one.Value))).ToArray();
        Print(results, servers);
        if (options.Json is { } json)
        {
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(
                new { machine = Report.Machine, rounds, results = results.Select(one => new { one.Server, one.Scenario, one.Result }) }, Json), cancellationToken);
        }

        if (options.Html is { } html)
        {
            await File.WriteAllTextAsync(
                html, HtmlReport.Of([.. results.Select(one => one.Result with { Name = one.Server, Scenario = one.Scenario })]), cancellationToken);
        }

        return results.Where(one => one.Server.StartsWith("ours", StringComparison.Ordinal)).All(one => one.Result.Kept) ? 0 : 1;
    }

    private static async Task Round(
        string server, LoadOptions options, Dictionary<(string, string), List<LoadResult>> figures, Progress progress, CancellationToken cancellationToken)
    {
        var ours = server.StartsWith("ours", StringComparison.Ordinal);
        var driver = server == "ours" ? "socket" : "hub";
        await using var started = ours
            ? await StartedServer.Open(options with { Start = true, Url = null }, cancellationToken)
            : await PeerServer.Start(server, cancellationToken);
        foreach (var (name, of) in Scenarios)
        {
            var run = of(options) with { Driver = driver, Name = server };
            var result = await new LoadRun(run, Target.On(started, driver), progress).Execute(cancellationToken);
            if (!figures.TryGetValue((server, name), out var all))
            {
                figures[(server, name)] = all = [];
            }

            all.Add(result);
        }
    }

    private static LoadResult Median(List<LoadResult> all)
    {
        double? Middle(Func<LoadResult, double?> of) =>
            all.Select(of).Order().ElementAt(all.Count / 2);

        var middle = all.OrderBy(one => one.DeliveriesPerSecond).ElementAt(all.Count / 2);
        return middle with
        {
            CpuPerDelivery = Middle(one => one.CpuPerDelivery),
            P50 = Middle(one => one.P50)!.Value,
            P99 = Middle(one => one.P99)!.Value,
            KibPerConnection = Middle(one => one.KibPerConnection),
            Lost = all.Sum(one => one.Lost),
            Repeated = all.Sum(one => one.Repeated),
            Disordered = all.Sum(one => one.Disordered),
            Refused = all.Sum(one => one.Refused),
        };
    }

    private static void Print((string Server, string Scenario, LoadResult Result)[] results, string[] servers)
    {
        Console.WriteLine(Report.Machine);
        Console.WriteLine($"{"scenario",-18}{"server",-12}{"deliveries/s",14}{"CPU us",10}{"p50 ms",10}{"p99 ms",10}{"KiB/conn",10}{"lost",6}   CPU against ours");
        foreach (var (name, _) in Scenarios)
        {
            var ours = results.FirstOrDefault(one => one.Scenario == name && one.Server == servers[0]).Result;
            foreach (var (server, _, result) in results.Where(one => one.Scenario == name))
            {
                var ratio = ours?.CpuPerDelivery is { } mine && result.CpuPerDelivery is { } theirs ? theirs / mine : (double?)null;
                Console.WriteLine(
                    $"{name,-18}{server,-12}{Report.Number(result.DeliveriesPerSecond, "0"),14}{Report.Number(result.CpuPerDelivery, "0.0"),10}{Report.Number(result.P50, "0.00"),10}{Report.Number(result.P99, "0.00"),10}{Report.Number(result.KibPerConnection, "0.0"),10}{result.Lost,6}   {Report.Number(ratio, "0.00")}");
            }
        }
    }
}
