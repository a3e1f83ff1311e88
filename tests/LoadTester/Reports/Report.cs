using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ChatOrleans.LoadTester.Load;
using Spectre.Console;

namespace ChatOrleans.LoadTester.Reports;

/// <summary>The results as a table, as JSON, and as a page.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What the figures hang on.</summary>
    public static string Machine { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0:0.0} GiB, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}, load on the same machine");

    public static void Print(IReadOnlyList<LoadResult> results)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("server", "scenario", "driver", "load");
        foreach (var column in new[] { "deliveries/s", "CPU us", "p50 ms", "p99 ms", "max ms", "lost", "repeated", "disorder", "refused", "KiB/conn", "RSS MiB" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var one in results)
        {
            table.AddRow(
                Escape(one.Name), Escape(one.Scenario), Escape(one.Driver), Escape(one.Load), Number(one.DeliveriesPerSecond, "0"),
                Number(one.CpuPerDelivery, "0.0"), Number(one.P50, "0.00"), Number(one.P99, "0.00"), Number(one.Max, "0.0"), Number(one.Lost, "0"),
                Number(one.Repeated, "0"), Number(one.Disordered, "0"), Number(one.Refused, "0"), Number(one.KibPerConnection, "0.0"),
                Number(one.ResidentMib, "0"));
        }

        // Where the output is no terminal, its width is not known and must not cut the figures.
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 220;
        }

        AnsiConsole.Write(table);
        foreach (var one in results)
        {
            Details(one);
        }
    }

    public static void WriteJson(string path, IReadOnlyList<LoadResult> results) =>
        File.WriteAllText(path, JsonSerializer.Serialize(new { machine = Machine, results }, Json));

    private static void Details(LoadResult one)
    {
        foreach (var (name, value) in one.Extra)
        {
            Line($"{one.Scenario}: {name}: {Number(value, "0.##")}");
        }

        if (one.BytesPerDelivery is { } bytes)
        {
            Line($"{one.Scenario}: {bytes / 1024:0.0} KiB allocated per delivery, load included");
        }

        Line($"{one.Name}: {string.Join(", ", one.Settings.Select(setting => $"{setting.Key.Replace("__", ":", StringComparison.Ordinal)} = {setting.Value}"))}");
        if (one.NotResumed > 0)
        {
            Line($"{one.Scenario}: {one.NotResumed} times a device could not go on where it was.");
        }

        if (one.FellBehind > 0)
        {
            Line($"{one.Scenario}: {one.FellBehind} times a device fell behind and read on by seq.");
        }

        if (one.FirstRefusal is { } refusal)
        {
            Line($"{one.Scenario}: the first refusal: {refusal}");
        }

        foreach (var fault in one.Faults.Take(10))
        {
            Line($"{one.Scenario}: {fault}");
        }
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static string Escape(string text) => Markup.Escape(text);

    public static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
