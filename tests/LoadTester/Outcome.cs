using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Reports;

namespace ChatOrleans.LoadTester;

/// <summary>Tells the results in every form that was asked for, and makes them an exit code.</summary>
internal static class Outcome
{
    /// <summary>1 on any loss, repeat, disorder or refusal.</summary>
    public static int Of(IReadOnlyList<LoadResult> results, LoadOptions options)
    {
        Report.Print(results);
        if (options.Json is { } json)
        {
            Report.WriteJson(json, results);
        }

        if (options.Html is { } html)
        {
            File.WriteAllText(html, HtmlReport.Of(results));
        }

        return results.All(result => result.Kept) ? 0 : 1;
    }
}

internal static class Help
{
    public static void Print()
    {
        Console.WriteLine("""
            Loads a chat server and checks that nothing is lost, repeated or out of order.

              LoadTester [run] [options]      one scenario; exit code 1 on any loss, repeat, disorder or refusal
              LoadTester compare [rounds [servers]] [options]
                                              ours and SignalR peers in turn (ours, ours-hub, none, redis, sqlite); medians and ratios
              LoadTester growth [largest] [--json FILE] [--html DIRECTORY]
                                              what a message costs against history, conversations, members; writes plots
              LoadTester growth history 1000000, growth conversations 5000, growth members 5000
                                              one of them alone, in its long form
              LoadTester growth users [users] | room [members online] | silos [options]
                                              memory per idle user; what a large room costs; CPU with 1, 2, 3 processes over Redis
              LoadTester check [--server PROGRAM]
                                              counts and promises, in about two minutes: what every build must keep

            Options:
            """);
        foreach (var (name, text, value) in LoadOptions.All)
        {
            Console.WriteLine($"  --{name,-14} {text}{(value is null or false ? "" : $". Default {value}")}");
        }
    }
}
