using System.Diagnostics;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>A member that is told to stop has ended within 30 s, also where nothing of what it would still store can be stored.</summary>
[Collection(SharedCluster.Name)]
public sealed class StopTests(SharedCluster shared, ITestOutputHelper output)
{
    private static readonly LoadSize _load = new(Conversations: 6, Largest: 8, Users: 12, TimeSpan.FromMilliseconds(200));
    private static readonly TimeSpan _promised = TimeSpan.FromSeconds(30);

    [Fact]
    public Task Members_ToldToStopWhileRedisIsAway_EndInTime_AndLoseNothing() => shared.Try(output, async () =>
    {
        var cluster = shared.Cluster;
        await using var load = await ClusterLoad.Begin(cluster, _load, "stopped");
        load.Users.ForEach(user => user.Patience = TimeSpan.FromSeconds(120));
        await cluster.Redis.Kill();
        // What is under way now can't be stored; what still comes is refused.
        await ClusterVerdict.AssertRefused(load);

        await Task.WhenAll(((MemberProcess[])[cluster.Silos[0], cluster.Fronts[0]]).Select(async member =>
        {
            var down = Stopwatch.StartNew();
            await member.Stop();
            output.WriteLine($"{member.Name} ended {down.Elapsed.TotalSeconds:0.0} s after SIGTERM, without Redis");
            Assert.True(down.Elapsed < _promised, $"{member.Name} took {down.Elapsed.TotalSeconds:0.0} s. It says:\n{member.Log}");
        }));

        await cluster.Redis.Start();
        var back = Stopwatch.StartNew();
        await Task.WhenAll(cluster.Silos[0].Start(), cluster.Fronts[0].Start());
        output.WriteLine($"both were ready {back.Elapsed.TotalSeconds:0.0} s after Redis was back");
        await load.Progress();
        await load.Stop();
        await ClusterVerdict.Assert(load);
        await cluster.AllKnowAll();
    });
}
