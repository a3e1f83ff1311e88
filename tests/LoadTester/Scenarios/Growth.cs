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
/// <param name="Activation">Milliseconds until a cold grain of that size answers; median of five.</param>
/// <param name="OldestPage">Milliseconds for the first 200 messages of the history; 0 where that is not measured.</param>
/// <param name="NewestPage">The same for the last 200.</param>
internal sealed record GrowthPoint(
    double Size, double Writes, double Rows, double RowBytes, double Reads, double Allocated, double Cpu, double Activation,
    double OldestPage = 0, double NewestPage = 0);

/// <summary>
/// What one message costs against what grows: the history of its conversation, the conversations of its reader, its members. On silos in
/// this process over RocksDB, so that every call of the store is counted.
/// </summary>
internal static class Growth
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>
    /// Arguments: the largest history, then usual options (--json, --html); or first what is measured alone: <c>history</c>,
    /// <c>conversations</c>, <c>members</c>, <c>users</c>, <c>room</c>, <c>silos</c>.
    /// </summary>
    public static Task<int> Run(string[] args, CancellationToken cancellationToken) => args switch
    {
        ["users", .. var rest] => IdleUsers.Run(rest, cancellationToken),
        ["room", .. var rest] => LargeRoom.Run(rest, cancellationToken),
        ["silos", .. var rest] => SiloGrowth.Run(rest, cancellationToken),
        ["history" or "conversations" or "members", .. var rest] => Run(rest, name => name.StartsWith(args[0], StringComparison.Ordinal), cancellationToken),
        _ => Run(args, _ => true, cancellationToken),
    };

    private static async Task<int> Run(string[] args, Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var largest = Positional.Number(args, 0, "largest", 100_000);
        var options = LoadOptions.Parse(Positional.Rest(args, 1));
        await using var cluster = await GrainCluster.Start(1, onDisk: true);
        var curves = new Dictionary<string, List<GrowthPoint>>();
        await Add("history", () => GrowthCurves.History(cluster, largest, cancellationToken));
        await Add("conversations of a user", () => GrowthCurves.Conversations(cluster, Math.Min(5_000, largest), cancellationToken));
        await Add("members", () => GrowthCurves.Members(cluster, Math.Min(5_000, largest), cancellationToken));
        if (options.Json is { } json)
        {
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new { machine = Report.Machine, curves }, Json), cancellationToken);
        }

        if (options.Html is { } directory)
        {
            WritePlots(Directory.CreateDirectory(directory).FullName, curves);
        }

        return !curves.TryGetValue("history", out var history) || history.All(point => Math.Abs(point.Rows - history[0].Rows) < 0.05) ? 0 : 1;

        async Task Add(string name, Func<Task<List<GrowthPoint>>> measure)
        {
            if (wanted(name))
            {
                Print(name, curves[name] = await measure());
            }
        }
    }

    private static void Print(string name, List<GrowthPoint> points)
    {
        Console.WriteLine($"{name,-26}{"writes",9}{"rows",9}{"row bytes",11}{"reads",9}{"KiB alloc",11}{"CPU us",9}{"activation ms",15}{"oldest 200 ms",15}{"newest 200 ms",15}");
        foreach (var point in points)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{point.Size,-26:0}{point.Writes,9:0.00}{point.Rows,9:0.00}{point.RowBytes,11:0}{point.Reads,9:0.00}{point.Allocated / 1024,11:0.0}{point.Cpu,9:0.0}{point.Activation,15:0.0}{point.OldestPage,15:0.0}{point.NewestPage,15:0.0}"));
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
