using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Hosting;

namespace ChatOrleans.WebFront.Tests.Observability;

/// <summary>docs/metrics.md lists every instrument of ours, with its kind and unit, and none that is gone.</summary>
[Collection(ServerCollection.Name)]
public sealed partial class MetricsPageTests(ChatServer server)
{
    [Fact]
    public async Task Page_ListsEveryInstrument()
    {
        var lounge = await Lounge.Open(server);
        await lounge.Say(lounge.Ada, "hello");
        var there = new SortedSet<string>(StringComparer.Ordinal);
        using (var listener = new MeterListener())
        {
            // Those that exist already are told, too; and those of any server that another test starts meanwhile.
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == "ChatOrleans")
                {
                    lock (there)
                    {
                        there.Add($"{instrument.Name} {KindOf(instrument)} {instrument.Unit}");
                    }
                }
            };
            listener.Start();
        }

        string[] instruments;
        lock (there)
        {
            instruments = [.. there];
        }

        Assert.Equal(instruments, Row().Matches(Page()).Select(row => $"{row.Groups["name"].Value} {row.Groups["kind"].Value} {row.Groups["unit"].Value}").Order(StringComparer.Ordinal));
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "ObservableGauge" => "gauge",
        var other => other.ToLowerInvariant(),
    };

    private static string Page([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/metrics.md"));

    [GeneratedRegex(@"^\| `(?<name>chat\.[a-z_.]+)` \| (?<kind>[a-z]+) \| `?(?<unit>[^|`]+?)`? \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
