using System.Globalization;
using System.Text.Json;
using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Reports;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>One point of a curve: what a message costs when something has grown to a size.</summary>
/// <param name="Size">How much there is of what grows.</param>
/// <param name="Writes">Calls that write, per message.</param>
/// <param name="Rows">Rows appended, per message.</param>
/// <param name="RowBytes">Their bytes, per message.</param>
/// <param name="Reads">Calls that read, per message.</param>
/// <param name="Allocated">Bytes allocated in the process, per delivery.</param>
/// <param name="Cpu">CPU of the process per delivery, microseconds.</param>
/// <param name="Activation">Milliseconds until a cold grain of that size answers.</param>
internal sealed record GrowthPoint(
    double Size, double Writes, double Rows, double RowBytes, double Reads, double Allocated, double Cpu, double Activation);

/// <summary>
/// What one message costs against what grows: the history of its conversation, the conversations of its reader, its members. On silos in
/// this process over RocksDB, so that every call of the store is counted.
/// </summary>
internal static class Growth
{
    private const int Repeats = 5;
    private const int PerRepeat = 200;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Arguments: the largest history, then usual options (--json, --html).</summary>
    public static async Task<int> Run(string[] args, CancellationToken cancellationToken)
    {
        var largest = args is [var first, ..] && !first.StartsWith('-') ? int.Parse(first, CultureInfo.InvariantCulture) : 100_000;
        var options = LoadOptions.Parse(args is [var one, ..] && !one.StartsWith('-') ? args.AsSpan(1) : args);
        await using var cluster = await GrainCluster.Start(1, onDisk: true);
        var curves = new Dictionary<string, List<GrowthPoint>>();
        await Add("history", History(cluster, largest, cancellationToken));
        await Add("conversations of a user", Conversations(cluster, Math.Min(5_000, largest), cancellationToken));
        await Add("members", Members(cluster, Math.Min(5_000, largest), cancellationToken));
        if (options.Json is { } json)
        {
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new { machine = Report.Machine, curves }, Json), cancellationToken);
        }

        if (options.Html is { } directory)
        {
            WritePlots(Directory.CreateDirectory(directory).FullName, curves);
        }

        return curves["history"].All(point => Math.Abs(point.Rows - curves["history"][0].Rows) < 0.05) ? 0 : 1;

        async Task Add(string name, Task<List<GrowthPoint>> measuring) => Print(name, curves[name] = await measuring);
    }

    /// <summary>The same pair, with more and more behind it.</summary>
    private static async Task<List<GrowthPoint>> History(GrainCluster cluster, int largest, CancellationToken cancellationToken)
    {
        await using var pair = await Flow.Open(cluster, members: 2);
        var points = new List<GrowthPoint>();
        await pair.Post(2_000, window: 16, cancellationToken);
        for (var size = 1_000; size <= largest; size *= 10)
        {
            await pair.Post(Math.Max(0, size - (int)pair.Posted), window: 256, cancellationToken);
            points.Add((await Measured(cluster, pair, size, PerRepeat, cancellationToken)) with { Activation = await pair.ActivateConversation() });
        }

        return points;
    }

    /// <summary>A reader who is in more and more conversations, and hears of one.</summary>
    private static async Task<List<GrowthPoint>> Conversations(GrainCluster cluster, int largest, CancellationToken cancellationToken)
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

            points.Add((await Measured(cluster, pair, size, PerRepeat, cancellationToken)) with { Activation = await pair.ActivateReader() });
        }

        return points;
    }

    private static async Task<List<GrowthPoint>> Members(GrainCluster cluster, int largest, CancellationToken cancellationToken)
    {
        var points = new List<GrowthPoint>();
        for (var size = 10; size <= largest; size = size < 1_000 ? size * 10 : size + 4_000)
        {
            await using var room = await Flow.Open(cluster, size);
            var messages = Math.Clamp(20_000 / size, 4, PerRepeat);
            await room.Post(messages, window: 4, cancellationToken);
            points.Add((await Measured(cluster, room, size, messages, cancellationToken)) with { Activation = await room.ActivateConversation() });
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
            var deliveries = messages * (flow.Members - 1.0);
            points.Add(new GrowthPoint(
                size, stored.Writes / (double)messages, stored.Rows / (double)messages, stored.Bytes / (double)messages,
                stored.Reads / (double)messages, allocated / deliveries, used.TotalMicroseconds / deliveries, 0));
        }

        double Middle(Func<GrowthPoint, double> of) => points.Select(of).Order().ElementAt(Repeats / 2);
        return new GrowthPoint(
            size, Middle(p => p.Writes), Middle(p => p.Rows), Middle(p => p.RowBytes), Middle(p => p.Reads), Middle(p => p.Allocated), Middle(p => p.Cpu), 0);
    }

    private static void Print(string name, List<GrowthPoint> points)
    {
        Console.WriteLine($"{name,-26}{"writes",9}{"rows",9}{"row bytes",11}{"reads",9}{"KiB alloc",11}{"CPU us",9}{"activation ms",15}");
        foreach (var point in points)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{point.Size,-26:0}{point.Writes,9:0.00}{point.Rows,9:0.00}{point.RowBytes,11:0}{point.Reads,9:0.00}{point.Allocated / 1024,11:0.0}{point.Cpu,9:0.0}{point.Activation,15:0.0}"));
        }
    }

    private static void WritePlots(string directory, Dictionary<string, List<GrowthPoint>> curves)
    {
        foreach (var (name, points) in curves)
        {
            Series Of(string label, Func<GrowthPoint, double> of) => new(label, [.. points.Select(point => (point.Size, of(point)))]);
            File.WriteAllText(
                Path.Combine(directory, $"growth-{name.Split(' ')[0]}.svg"),
                Svg.Lines(name, "per message", [Of("rows stored per message", p => p.Rows), Of("KiB allocated per delivery", p => p.Allocated / 1024), Of("CPU per delivery, us", p => p.Cpu), Of("activation, ms", p => p.Activation)], logY: true, logX: true));
        }
    }
}
