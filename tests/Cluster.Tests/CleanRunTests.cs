using System.Diagnostics;
using System.Text.RegularExpressions;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>A run without faults says nothing that would worry its operator, and ends when it is told to.</summary>
[Collection(Alone.Name)]
public sealed partial class CleanRunTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task StartUseStop_LogsNoWarning_AndEndsSoon_WithConnectedDevicesToldToComeBack()
    {
        // Any folder that exists: a checkout whose client was not built warns of that, rightly.
        await using var server = new WebFrontProcess(new Dictionary<string, string> { ["ASPNETCORE_WEBROOT"] = AppContext.BaseDirectory });
        for (var run = 0; run < 2; run++)
        {
            await server.Start();
            using var lounge = await Lounge.Open(server);
            await using var ada = new SocketDevice(server.Socket, lounge.Ada);
            await using var grace = new SocketDevice(server.Socket, lounge.Grace);
            await using var linus = await HubDevice.Connect(server, lounge.Linus, messagePack: run == 1);
            await Wait.Until(() => ada.IsConnected && grace.IsConnected, Soon, () => "the devices to connect");
            for (var i = 0; i < 2 * Lounge.Kinds; i++)
            {
                await lounge.Happen();
            }

            // Stopped in the middle of it, not at rest.
            var last = await lounge.Grace.Send(lounge.Id, "last", $"last-{run}");
            await Wait.Until(() => ada.LastSeq(lounge.Id) >= last && grace.LastSeq(lounge.Id) >= last, Soon, () => "both devices to have the last message");
            var stopping = Stopwatch.StartNew();
            await server.Stop();
            output.WriteLine($"ended after {stopping.Elapsed.TotalSeconds:0.0} s");
            Assert.True(stopping.Elapsed < TimeSpan.FromSeconds(10), $"It took {stopping.Elapsed.TotalSeconds:0.0} s to end.");
            await Wait.Until(() => (ada.CloseCode, grace.CloseCode) == (1012, 1012), Soon, () => $"both devices to be closed with 1012; they were with {ada.CloseCode} and {grace.CloseCode}");
        }

        Assert.DoesNotContain(Entry().Matches(server.Log).Select(entry => entry.Value), entry => Worrying().IsMatch(entry) && !SlowMachine.Says(entry));
        server.AssertTellsNothing();
    }

    /// <summary>A line and the indented ones below it: what was logged at once, its category before its text.</summary>
    [GeneratedRegex(@"^\S.*(\n[ \t].*)*", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^\s*(warn|fail|crit|error|unhandled)\b.*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Worrying();
}
