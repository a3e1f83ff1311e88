using System.Diagnostics;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>The profile AzureStorage, whose tables go away for a while. Azurite promises nothing under SIGKILL, so it is stopped.</summary>
[Collection(Alone.Name)]
public sealed class AzuriteFaultTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(60);

    /// <summary>Azurite answers a few hundred calls a second, and every post is several.</summary>
    private static readonly LoadSize _load = new(Conversations: 4, Largest: 6, Users: 8, TimeSpan.FromMilliseconds(800));

    [Fact]
    public async Task Azurite_StoppedAndStartedAgain_RefusesSendsClearly_AndRecoversAlone()
    {
        await using var cluster = new ChatCluster(
            silos: 1, fronts: 2, azure: true, environment: new Dictionary<string, string> { ["Cluster__ProbeTimeout"] = "00:00:05" });
        await cluster.Start();
        await using var load = await ClusterLoad.Begin(cluster, _load, "azurite");
        await cluster.Azurite!.Stop("INT");
        var down = Stopwatch.StartNew();
        do
        {
            await ClusterVerdict.AssertRefused(load);
            await Task.Delay(500);
        }
        while (down.Elapsed < FaultSize.Chosen.Stop);
        await cluster.Azurite.Start();
        var back = Stopwatch.StartNew();
        await load.Progress();
        await load.EventsEverywhere(_most);
        output.WriteLine($"Azurite stopped for {down.Elapsed.TotalSeconds:0} s: sends and events everywhere {back.Elapsed.TotalSeconds:0.0} s after it was back");
        await load.Stop();
        await Task.WhenAll(cluster.Members.Select(member => member.Ready()));
        await ClusterVerdict.Assert(load);
        Assert.Equal(0, await cluster.DeadCount());
    }
}
