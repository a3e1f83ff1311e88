using System.Globalization;
using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Reports;
using Orleans.Runtime;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>
/// A room of thousands of whom few look: what a message stores, allocates and wakes, counted. How fast it is delivered tells
/// <c>--scenario room --members 5000 --online 500 --rate 10</c>, over sockets.
/// </summary>
internal static class LargeRoom
{
    private const int Messages = 50;

    /// <summary>Arguments: members, members online.</summary>
    public static async Task<int> Run(string[] args, CancellationToken cancellationToken)
    {
        var members = Positional.Number(args, 0, "members", 5_000);
        var online = Positional.Number(args, 1, "online", 500);
        await using var cluster = await GrainCluster.Start(1, onDisk: true);
        Console.WriteLine(Report.Machine);
        await using var room = await Flow.Open(cluster, members, online);
        await room.Settle(cancellationToken);
        await cluster.ForgetUsers();
        Say($"before, of {members} members {online} online", await Active(cluster), 0, default, 0, default);
        await Measured("first message, members asleep", 1);
        await Measured("each of the next", Messages);
        return 0;

        async Task Measured(string what, int messages)
        {
            var (count, active, bytes, cpu) = (cluster.Logs.Count, await Active(cluster), GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.TotalTime);
            for (var i = 0; i < messages; i++)
            {
                await room.Post(1, window: 1, cancellationToken);
                await Task.Delay(100, cancellationToken);
            }

            await room.Settle(cancellationToken);
            var stored = cluster.Logs.Count - count;
            Say(what, await Active(cluster) - active, messages, stored, GC.GetTotalAllocatedBytes(precise: true) - bytes, Environment.CpuUsage.TotalTime - cpu);
        }
    }

    /// <summary>Grains of users that are active.</summary>
    private static async Task<int> Active(GrainCluster cluster) =>
        (await cluster.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics())
            .Where(one => one.GrainType.Contains("UserGrain", StringComparison.Ordinal)).Sum(one => one.ActivationCount);

    private static void Say(string what, int active, int messages, StoreCount stored, long bytes, TimeSpan cpu) => Console.WriteLine(
        messages == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{what}: {active} grains of users active")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {active / (double)messages:0.00} users activated, {stored.Rows / (double)messages:0} rows of {stored.Bytes / (double)messages / 1024:0} KiB in {stored.Writes / (double)messages:0} writes, {stored.Reads / (double)messages:0} reads, {bytes / (double)messages / 1048576:0.0} MiB allocated, {cpu.TotalMilliseconds / messages:0} ms of CPU"));
}
