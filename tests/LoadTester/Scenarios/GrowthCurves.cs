using ChatOrleans.LoadTester.Drivers;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>
/// Lets something grow to several sizes, and measures at each what a message costs. All sizes are there before the first is measured,
/// and are measured in turn: a process that grows warmer, or a machine that slows down, falls on each of them alike.
/// </summary>
internal static class GrowthCurves
{
    private const int Repeats = 5;
    private const int PerRepeat = 500;

    /// <summary>Conversations with more and more behind them.</summary>
    public static async Task<List<GrowthPoint>> History(GrainCluster cluster, int largest, CancellationToken cancellationToken)
    {
        await using var grown = new Grown();
        for (var size = 1_000; size <= largest; size *= 10)
        {
            grown.Add(size, await Flow.OpenAfter(cluster, size, cancellationToken), PerRepeat);
        }

        var points = await Measured(cluster, grown, cancellationToken);
        for (var i = 0; i < points.Count; i++)
        {
            var pair = grown.All[i].Flow;
            points[i] = points[i] with
            {
                Activation = await Median(pair.ActivateConversation),
                OldestPage = await Median(() => pair.ReadPage(oldest: true)),
                NewestPage = await Median(() => pair.ReadPage(oldest: false)),
            };
        }

        return points;
    }

    /// <summary>Readers who are in more and more conversations, and hear of one.</summary>
    public static async Task<List<GrowthPoint>> Conversations(GrainCluster cluster, int largest, CancellationToken cancellationToken)
    {
        await using var grown = new Grown();
        for (var size = 1; size <= largest; size = size < 1_000 ? size * 10 : size + 4_000)
        {
            var pair = grown.Add(size, await Flow.Open(cluster, members: 2), PerRepeat);
            await Parallel.ForEachAsync(
                Enumerable.Range(1, size - 1), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellationToken },
                async (number, _) => await pair.AddConversationOfReader(number));
        }

        var points = await Measured(cluster, grown, cancellationToken);
        for (var i = 1; i < points.Count; i++)
        {
            points[i] = points[i] with { Activation = await Median(grown.All[i].Flow.ActivateReader) };
        }

        return points;
    }

    public static async Task<List<GrowthPoint>> Members(GrainCluster cluster, int largest, CancellationToken cancellationToken)
    {
        await using var grown = new Grown();
        for (var size = 10; size <= largest; size = size < 1_000 ? size * 10 : size + 4_000)
        {
            grown.Add(size, await Flow.Open(cluster, size), Math.Clamp(20_000 / size, 4, PerRepeat));
        }

        var points = await Measured(cluster, grown, cancellationToken);
        for (var i = 0; i < points.Count; i++)
        {
            points[i] = points[i] with { Activation = await Median(grown.All[i].Flow.ActivateConversation) };
        }

        return points;
    }

    /// <summary>Medians of five, after a round that counts for nothing.</summary>
    private static async Task<List<GrowthPoint>> Measured(GrainCluster cluster, Grown grown, CancellationToken cancellationToken)
    {
        var rounds = new List<GrowthPoint[]>();
        for (var i = 0; i <= Repeats; i++)
        {
            var round = new List<GrowthPoint>();
            foreach (var (size, flow, messages) in grown.All)
            {
                round.Add(await MeasuredOnce(cluster, flow, size, messages, cancellationToken));
            }

            rounds.Add([.. round]);
        }

        return [.. grown.All.Select((one, i) => MedianOf([.. rounds.Skip(1).Select(round => round[i])]))];
    }

    /// <summary>Between the posts and the count, everything is stored that is stored late.</summary>
    private static async Task<GrowthPoint> MeasuredOnce(GrainCluster cluster, Flow flow, double size, int messages, CancellationToken cancellationToken)
    {
        await flow.Settle(cancellationToken);
        var (count, bytes, cpu) = (cluster.Logs.Count, GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);
        await flow.Post(messages, window: 1, cancellationToken);
        var (allocated, used) = (GC.GetTotalAllocatedBytes(precise: true) - bytes, Environment.CpuUsage.TotalTime - cpu);
        await flow.Settle(cancellationToken);
        var stored = cluster.Logs.Count - count;
        var deliveries = messages * (double)flow.Receivers;
        return new GrowthPoint(
            size, stored.Writes / (double)messages, stored.Rows / (double)messages, stored.Bytes / (double)messages,
            stored.Reads / (double)messages, allocated / deliveries, used.TotalMicroseconds / deliveries, 0);
    }

    private static GrowthPoint MedianOf(GrowthPoint[] points)
    {
        double Middle(Func<GrowthPoint, double> of) => points.Select(of).Order().ElementAt(points.Length / 2);
        return new GrowthPoint(
            points[0].Size, Middle(p => p.Writes), Middle(p => p.Rows), Middle(p => p.RowBytes), Middle(p => p.Reads), Middle(p => p.Allocated), Middle(p => p.Cpu), 0);
    }

    private static async Task<double> Median(Func<Task<double>> measure)
    {
        var times = new List<double>();
        for (var i = 0; i < Repeats; i++)
        {
            times.Add(await measure());
        }

        return times.Order().ElementAt(Repeats / 2);
    }

    /// <summary>What has grown, each to its size.</summary>
    private sealed class Grown : IAsyncDisposable
    {
        public List<(double Size, Flow Flow, int Messages)> All { get; } = [];

        /// <param name="messages">So many are posted each time.</param>
        public Flow Add(double size, Flow flow, int messages)
        {
            All.Add((size, flow, messages));
            return flow;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (_, flow, _) in All)
            {
                await flow.DisposeAsync();
            }
        }
    }
}
