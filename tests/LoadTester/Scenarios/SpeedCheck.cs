using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Reports;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>
/// What every build must keep, on any machine: counts with generous bounds, never times. Both drivers lose, repeat and disorder nothing,
/// also while connections are cut; a message costs the store the same however long the history is, and allocates no more than it did.
/// </summary>
internal static class SpeedCheck
{
    private const int ShortHistory = 500;
    private const int LongHistory = 5_000;
    private const int Messages = 200;
    private const double MostAllocated = 20 * 1024;

    /// <summary>Arguments: <c>--server PROGRAM</c> where it is built already.</summary>
    public static async Task<int> Run(string[] args, CancellationToken cancellationToken)
    {
        var server = LoadOptions.Parse(args).Server;
        var faults = new List<string>();
        await Counts(faults, cancellationToken);
        var usual = new LoadOptions { Users = 40, Members = 40, Duration = 3, Warmup = 1, Grace = 30, Quiet = true, Storage = "rocks" };
        var results = new List<LoadResult>();
        foreach (var options in new[]
        {
            usual with { Scenario = "pairs" },
            usual with { Scenario = "room" },
            usual with { Scenario = "pairs", Verify = true, Rate = 100 },
        })
        {
            results.Add(await One(options with { Driver = "grains" }, null, cancellationToken));
        }

        results.Add(await One(usual with { Scenario = "pairs", Driver = "grains", Silos = 2, Storage = "memory" }, null, cancellationToken));
        var sockets = usual with { Start = true, Server = server };
        await using (var started = await Servers.StartedServer.Open(sockets, cancellationToken))
        {
            foreach (var options in new[]
            {
                sockets with { Scenario = "pairs", Driver = "socket" },
                sockets with { Scenario = "pairs", Driver = "hub-messagepack" },
                sockets with { Scenario = "room", Driver = "hub" },
                sockets with { Scenario = "pairs", Driver = "socket", Verify = true, Rate = 100 },
                Storm.Prepared(sockets with { Scenario = "storm", Driver = "socket" }),
            })
            {
                results.Add(await One(options, started, cancellationToken));
            }
        }

        Report.Print(results);
        faults.AddRange(results.Where(one => !one.Kept).Select(one => $"{one.Scenario} over {one.Driver} broke a promise."));
        faults.AddRange(results.Where(one => one.Deliveries == 0).Select(one => $"{one.Scenario} over {one.Driver} delivered nothing."));
        faults.ForEach(Console.Error.WriteLine);
        return faults.Count == 0 ? 0 : 1;
    }

    private static async Task<LoadResult> One(LoadOptions options, Servers.StartedServer? started, CancellationToken cancellationToken)
    {
        if (started is not null)
        {
            return await Progress.Show(
                options.Scenario, quiet: true, progress => new LoadRun(options, Target.On(started, options.Driver), progress).Execute(cancellationToken));
        }

        await using var target = await Target.Open(options, cancellationToken);
        return await Progress.Show(options.Scenario, quiet: true, progress => new LoadRun(options, target, progress).Execute(cancellationToken));
    }

    private static async Task Counts(List<string> faults, CancellationToken cancellationToken)
    {
        await using var cluster = await GrainCluster.Start(1, onDisk: true);
        await using var pair = await Flow.Open(cluster, members: 2);
        await pair.Post(ShortHistory, window: 16, cancellationToken);
        var few = await Count(cluster, pair, cancellationToken);
        await pair.Post(LongHistory, window: 256, cancellationToken);
        var many = await Count(cluster, pair, cancellationToken);
        Console.WriteLine(FormattableString.Invariant(
            $"rows per message: {few.Rows:0.00} after {ShortHistory}, {many.Rows:0.00} after {LongHistory}; reads {few.Reads:0.00}, {many.Reads:0.00}; row bytes {few.Bytes:0}, {many.Bytes:0}; KiB allocated {few.Allocated / 1024:0.0}, {many.Allocated / 1024:0.0}"));
        Expect(Math.Abs(many.Rows - few.Rows) < 0.02, "A message stores more rows when the history is longer.");
        // Whether its client message id is known; none while all that there ever were are at hand.
        Expect(Math.Max(few.Reads, many.Reads) < 1.05, "A message reads more than once.");
        // Numbers grow by a byte or two as they get longer.
        Expect(many.Bytes - few.Bytes < 16, "A message stores more bytes when the history is longer.");
        Expect(many.Allocated < MostAllocated, $"A delivery allocates {many.Allocated / 1024:0.0} KiB.");

        void Expect(bool holds, string otherwise)
        {
            if (!holds)
            {
                faults.Add(otherwise);
            }
        }
    }

    private static async Task<(double Rows, double Reads, double Bytes, double Allocated)> Count(
        GrainCluster cluster, Flow flow, CancellationToken cancellationToken)
    {
        await flow.Settle(cancellationToken);
        var (count, bytes) = (cluster.Logs.Count, GC.GetTotalAllocatedBytes(precise: true));
        await flow.Post(Messages, window: 1, cancellationToken);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        await flow.Settle(cancellationToken);
        var stored = cluster.Logs.Count - count;
        return (stored.Rows / (double)Messages, stored.Reads / (double)Messages, stored.Bytes / (double)Messages, allocated / (double)Messages);
    }
}
