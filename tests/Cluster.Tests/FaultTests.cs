using System.Diagnostics;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>
/// 3 silos, 2 fronts and Redis as real processes under load; one fault after another, and after each everything that was promised.
/// <c>CHAT_FAULTS=long</c> makes it the long form.
/// </summary>
[Collection(SharedCluster.Name)]
public sealed class FaultTests(SharedCluster shared, ITestOutputHelper output)
{
    /// <summary>How long after the cluster has noticed a front's death nothing is left of the feeds that it read. By themselves they would end after a minute.</summary>
    private static readonly TimeSpan _feedsEnd = TimeSpan.FromSeconds(10);

    /// <summary>How long a member that was frozen, and is held for dead, may go on once it wakes. By Orleans' own settings it would for up to a minute.</summary>
    private static readonly TimeSpan _seesItsDeath = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _most = TimeSpan.FromSeconds(60);
    private static readonly FaultSize _size = FaultSize.Chosen;

    private readonly List<string> _late = [];

    private ChatCluster Cluster => shared.Cluster;

    [Fact]
    public Task Silo_KilledAtRandom_ItsUsersGetEventsAgainWithoutReconnecting() => Under("killed", deaths: _size.Kills, async load =>
    {
        var random = new Random();
        for (var kill = 0; kill < _size.Kills; kill++)
        {
            await Task.Delay(random.Next(1_000));
            var usual = await load.EventsEverywhere(_most);
            var connections = load.Devices.Select(device => device.Connections).ToList();
            var silo = Cluster.Silos[random.Next(Cluster.Silos.Count)];
            var dead = await Cluster.DeadCount();
            var down = Stopwatch.StartNew();
            await silo.Kill();
            await Wait.Until(async () => await Cluster.DeadCount() > dead, _most, () => $"{silo.Name} to be held for dead");
            var noticed = down.Elapsed;
            var again = await load.EventsEverywhere(_most);
            Tell($"{silo.Name} killed: noticed after {noticed.TotalSeconds:0.0} s, events everywhere", again, usual);
            await load.Progress();
            Assert.Equal(connections, load.Devices.Select(device => device.Connections));
            await silo.Start();
        }
    });

    [Fact]
    public Task Front_Killed_ItsDevicesComeBackAtTheOther() => Under("front", deaths: 1, async load =>
    {
        var snapshots = load.Devices.Sum(device => device.Snapshots);
        var down = Stopwatch.StartNew();
        var dead = await Cluster.DeadCount();
        var connections = load.Devices.Sum(device => device.Connections);
        var there = load.Devices.Count(device => device.IsConnected) / Cluster.Fronts.Count;
        await Cluster.Fronts[0].Kill();
        // What it had sent still comes out of the network: not before they are back is an event one from the other front.
        await Wait.Until(
            () => load.Devices.Sum(device => device.Connections) >= connections + there && load.Devices.TrueForAll(device => device.IsConnected),
            _most,
            () => $"{there} devices to come back; {load.Devices.Sum(device => device.Connections) - connections} have");
        await load.EventsEverywhere(_most);
        output.WriteLine($"front killed: events everywhere after {down.Elapsed.TotalSeconds:0.0} s, "
            + $"{load.Devices.Sum(device => device.Resumed)} resumed, {load.Devices.Sum(device => device.Snapshots) - snapshots} by snapshot");
        await Wait.Until(async () => await Cluster.DeadCount() > dead, _most, () => "the front to be held for dead");
        var noticed = down.Elapsed;
        double feeds = 0;
        await Wait.Until(
            async () => (feeds = await Cluster.Meter("chat_feeds")) == load.Devices.Count,
            _feedsEnd,
            () => $"the feeds that the front read to end with it; there are {feeds} for {load.Devices.Count} devices");
        output.WriteLine($"    held for dead after {noticed.TotalSeconds:0.0} s, its feeds ended {(down.Elapsed - noticed).TotalSeconds:0.0} s later");
        await Cluster.Fronts[0].Start();
        await load.Progress();
    });

    [Fact]
    public Task Members_RestartedOneAfterAnother_EndSoonAndLoseNothing() => Under("rolling", deaths: 4, async load =>
    {
        foreach (var member in (MemberProcess[])[.. Cluster.Silos, Cluster.Fronts[1]])
        {
            var down = Stopwatch.StartNew();
            await member.Stop();
            var stopped = down.Elapsed;
            await load.EventsEverywhere(_most);
            output.WriteLine($"{member.Name} ended after {stopped.TotalSeconds:0.0} s; events everywhere {(down.Elapsed - stopped).TotalSeconds:0.0} s later");
            await member.Start();
            await load.Progress();
        }

        Assert.Contains(load.Devices, device => device.CloseCode == 1012);
        Assert.All(load.Devices, device => Assert.True(device.CloseCode is null or 1012));
    });

    [Fact]
    public Task Redis_KilledAndStartedAgain_KeepsWhatWasAcknowledged() => Under("redis-killed", deaths: 0, async load =>
    {
        await Cluster.Redis.Kill();
        await ClusterVerdict.AssertRefused(load);
        await Cluster.Redis.Start();
        var back = Stopwatch.StartNew();
        await load.Progress();
        await load.EventsEverywhere(_most);
        output.WriteLine($"Redis killed: sends and events everywhere {back.Elapsed.TotalSeconds:0.0} s after it was back");
    });

    [Fact]
    public Task Redis_StoppedForAWhile_RefusesSendsClearly_AndRecoversAlone() => Under("redis-stopped", deaths: 0, async load =>
    {
        await Cluster.Redis.Stop();
        var down = Stopwatch.StartNew();
        do
        {
            await ClusterVerdict.AssertRefused(load);
            await Task.Delay(500);
        }
        while (down.Elapsed < _size.Stop);
        await Cluster.Redis.Start();
        var back = Stopwatch.StartNew();
        await load.Progress();
        await load.EventsEverywhere(_most);
        output.WriteLine($"Redis stopped for {_size.Stop.TotalSeconds:0} s: sends and events everywhere {back.Elapsed.TotalSeconds:0.0} s after it was back");
    });

    [Fact]
    public Task Silo_FrozenAndWoken_WritesOverNothing() => Under("frozen", deaths: 1, async load =>
    {
        var silo = Cluster.Silos[0];
        var usual = await load.EventsEverywhere(_most);
        var dead = await Cluster.DeadCount();
        var frozen = Stopwatch.StartNew();
        await silo.Freeze();
        await Wait.Until(async () => await Cluster.DeadCount() > dead, _most, () => $"{silo.Name} to be held for dead");
        var noticed = frozen.Elapsed;
        var again = await load.EventsEverywhere(_most);
        Tell($"{silo.Name} frozen: noticed after {noticed.TotalSeconds:0.0} s, events everywhere", again, usual);
        await Wait.Until(() => frozen.Elapsed > _size.Stop, _most, () => "the silo to be frozen for long enough");
        await silo.Thaw();
        // It reads that it is dead, and ends: whoever runs it starts it again.
        await silo.Ended().WaitAsync(_seesItsDeath);
        await load.Progress();
        await silo.Start();
    });

    [Fact]
    public Task Silo_AddedUnderLoad_TakesItsShare() => Under("added", deaths: 1, async load =>
    {
        var added = await Cluster.AddSilo();
        var ready = Stopwatch.StartNew();
        // What is new is placed where there is room; what is at home somewhere stays there while it is used.
        await using var more = await ClusterLoad.Begin(Cluster, _size.Load, "more");
        double share = 0, all = 0;
        await Wait.Until(
            async () =>
            {
                (share, all) = (await added.Meter("orleans_catalog_activations") ?? 0, await Cluster.Meter("orleans_catalog_activations"));
                return share > all / (Cluster.Members.Count() * 4);
            },
            _most,
            () => $"{added.Name} to have its share of activations; it has {share} of {all}");
        output.WriteLine($"{added.Name} has {share} of {all} activations {ready.Elapsed.TotalSeconds:0.0} s after it was ready");
        await more.Stop();
        await load.Progress();
        await added.Stop();
        Cluster.Silos.Remove(added);
        await more.DisposeAsync();
    });

    /// <summary>Says how long it took. What took too long, by this machine's pace while nothing happened, fails the test once all else was seen.</summary>
    private void Tell(string what, TimeSpan took, TimeSpan usual)
    {
        output.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {what} {took.TotalSeconds:0.0} s later; when nothing happens that takes {usual.TotalSeconds:0.0} s");
        if (took > _size.Again + usual)
        {
            _late.Add($"{what} {took.TotalSeconds:0.0} s later, not within {(_size.Again + usual).TotalSeconds:0.0} s");
        }
    }

    /// <summary>A fault under load, and then all that must hold. A death that is none of the test's own is a false verdict.</summary>
    private async Task Under(string name, int deaths, Func<ClusterLoad, Task> fault)
    {
        var dead = await Cluster.DeadCount();
        await using (var load = await ClusterLoad.Begin(Cluster, _size.Load, name))
        {
            await shared.Try(output, async () =>
            {
                await fault(load);
                await load.Stop();
                await Task.WhenAll(Cluster.Members.Select(member => member.Ready()));
                output.WriteLine($"{load.Acknowledged.Count} messages acknowledged");
                await ClusterVerdict.Assert(load);
            });
        }

        await Wait.Until(
            async () => await Cluster.Meter("chat_connections") == 0 && await Cluster.Meter("chat_feeds") == 0, _most, () => "connections and feeds to end with their devices");
        Assert.Equal(dead + deaths, await Cluster.DeadCount());
        Assert.Empty(_late);
    }
}
