using ChatOrleans.LoadTester.Drivers;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>Makes something grow step by step, and measures at each step what a message costs.</summary>
internal static class GrowthCurves
{
    private const int Repeats = 5;
    private const int PerRepeat = 200;

    /// <summary>Conversations with more and more behind them.</summary>
    public static async Task<List<GrowthPoint>> History(GrainCluster cluster, int largest, CancellationToken cancellationToken)
    {
        var points = new List<GrowthPoint>();
        await using (var first = await Flow.OpenAfter(cluster, 1_000, cancellationToken))
        {
            // What is compiled and grown with the first messages is everybody's.
            await first.Post(2_000, window: 16, cancellationToken);
            await first.ActivateConversation();
        }

        for (var size = 1_000; size <= largest; size *= 10)
        {
            await using var pair = await Flow.OpenAfter(cluster, size, cancellationToken);
            var point = await Measured(cluster, pair, size, PerRepeat, cancellationToken);
            points.Add(point with
            {
                Activation = await Median(pair.ActivateConversation),
                OldestPage = await Median(() => pair.ReadPage(oldest: true)),
                NewestPage = await Median(() => pair.ReadPage(oldest: false)),
            });
        }

        return points;
    }

    /// <summary>A reader who is in more and more conversations, and hears of one.</summary>
    public static async Task<List<GrowthPoint>> Conversations(GrainCluster cluster, int largest, CancellationToken cancellationToken)
    {
        await using var pair = await Flow.Open(cluster, members: 2);
        var points = new List<GrowthPoint>();
        var others = 1;
        for (var size = 1; size <= largest; size = size < 1_000 ? size * 10 : size + 4_000)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(others, Math.Max(0, size - others)), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellationToken },
                async (number, _) => await pair.AddConversationOfReader(number));
            others = Math.Max(others, size);

            points.Add((await Measured(cluster, pair, size, PerRepeat, cancellationToken)) with { Activation = size == 1 ? 0 : await Median(pair.ActivateReader) });
        }

        return points;
    }

    public static async Task<List<GrowthPoint>> Members(GrainCluster cluster, int largest, CancellationToken cancellationToken)
    {
        var points = new List<GrowthPoint>();
        for (var size = 10; size <= largest; size = size < 1_000 ? size * 10 : size + 4_000)
        {
            await using var room = await Flow.Open(cluster, size);
            var messages = Math.Clamp(20_000 / size, 4, PerRepeat);
            await room.Post(messages, window: 4, cancellationToken);
            points.Add((await Measured(cluster, room, size, messages, cancellationToken)) with { Activation = await Median(room.ActivateConversation) });
        }

        return points;
    }

    /// <summary>Medians of five. Between the posts and the count, everything is stored that is stored late.</summary>
    private static async Task<GrowthPoint> Measured(GrainCluster cluster, Flow flow, double size, int messages, CancellationToken cancellationToken)
    {
        var points = new List<GrowthPoint>();
        for (var i = 0; i < Repeats; i++)
        {
            await flow.Settle(cancellationToken);
            var (count, bytes, cpu) = (cluster.Logs.Count, GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);
            await flow.Post(messages, window: 1, cancellationToken);
            var (allocated, used) = (GC.GetTotalAllocatedBytes(precise: true) - bytes, Environment.CpuUsage.TotalTime - cpu);
            await flow.Settle(cancellationToken);
            var stored = cluster.Logs.Count - count;
            var deliveries = messages * (double)flow.Receivers;
            points.Add(new GrowthPoint(
                size, stored.Writes / (double)messages, stored.Rows / (double)messages, stored.Bytes / (double)messages,
                stored.Reads / (double)messages, allocated / deliveries, used.TotalMicroseconds / deliveries, 0));
        }

        double Middle(Func<GrowthPoint, double> of) => points.Select(of).Order().ElementAt(Repeats / 2);
        return new GrowthPoint(
            size, Middle(p => p.Writes), Middle(p => p.Rows), Middle(p => p.RowBytes), Middle(p => p.Reads), Middle(p => p.Allocated), Middle(p => p.Cpu), 0);
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
}
