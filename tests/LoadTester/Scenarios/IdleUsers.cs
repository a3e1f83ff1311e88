using System.Globalization;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Reports;
using ChatOrleans.Users;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>What many users who do nothing cost in memory: grains of users alone, with open feeds, and grains of conversations.</summary>
internal static class IdleUsers
{
    private const int AtOnce = 64;

    /// <summary>Arguments: how many users.</summary>
    public static async Task<int> Run(string[] args, CancellationToken cancellationToken)
    {
        var users = Positional.Number(args, 0, "users", 10_000);
        await using var cluster = await GrainCluster.Start(1, onDisk: true);
        // What the first of each kind bring into memory is everybody's.
        await Pairs(cluster, "first", 200, cancellationToken);
        using var closing = new CancellationTokenSource();
        var reading = await Listen(cluster, "first", 200, closing.Token);

        Console.WriteLine(Report.Machine);
        var before = await Heap();
        await Users(cluster, "u", users, cancellationToken);
        var after = Say("a user's grain, active, in no conversation", users, before, await Heap());
        await Pairs(cluster, "p", users, cancellationToken);
        after = Say("a user's grain with a conversation of two, and half of that conversation's grain", users, after, await Heap());
        reading.AddRange(await Listen(cluster, "u", users, closing.Token));
        Say("an open feed of a user, idle", users, after, await Heap());
        await closing.CancelAsync();
        await Task.WhenAll(reading);
        return 0;
    }

    private static Task Users(GrainCluster cluster, string name, int count, CancellationToken cancellationToken) =>
        Each(count, i => cluster.Grains.GetGrain<IUserGrain>($"{name}{i}").Me(new Actor(new UserId($"{name}{i}"), null)), cancellationToken);

    private static Task Pairs(GrainCluster cluster, string name, int users, CancellationToken cancellationToken) =>
        Each(users / 2, async i =>
        {
            var (one, other) = (new UserId($"{name}{2 * i}"), new UserId($"{name}{(2 * i) + 1}"));
            var conversation = cluster.Grains.GetGrain<IConversationGrain>(ConversationId.Direct(one, other).Value);
            await conversation.Create(new CreateConversation
            {
                Actor = new Actor(one, null),
                Kind = ConversationKind.Direct,
                Members = [new NewMember(other, null, null)],
            });
            await conversation.Post(new PostMessage { Actor = new Actor(one, null), Text = "Hello there!", ClientMessageId = "1" });
        }, cancellationToken);

    private static async Task<List<Task>> Listen(GrainCluster cluster, string name, int count, CancellationToken closing)
    {
        var reading = new List<Task>();
        foreach (var some in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            var opened = some.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
            reading.AddRange(some.Select((i, at) => Read(cluster, $"{name}{i}", opened[at], closing)));
            await Task.WhenAll(opened.Select(one => one.Task)).WaitAsync(TimeSpan.FromSeconds(60), closing);
        }

        return reading;
    }

    private static async Task Read(GrainCluster cluster, string user, TaskCompletionSource opened, CancellationToken closing)
    {
        await Task.Yield();
        try
        {
            await foreach (var _ in cluster.Feeds.Read(cluster.Grains.GetGrain<IUserGrain>(user), new FeedRequest { DeviceId = $"{user}/1" }, closing))
            {
                opened.TrySetResult();
            }
        }
        catch (Exception e)
        {
            // It is closed; or it never opened, and then that is the answer.
            opened.TrySetException(e);
        }
    }

    private static Task Each(int count, Func<int, Task> of, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (i, _) => await of(i));

    /// <summary>Bytes that are in use once nothing is stored any more and everything that is garbage has gone.</summary>
    private static async Task<long> Heap()
    {
        await Task.Delay(TimeSpan.FromSeconds(5));
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static long Say(string what, int count, long before, long after)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {(after - before) / 1024.0 / count:0.0} KiB ({count}); heap {after / 1048576.0:0} MiB, resident {Environment.WorkingSet / 1048576.0:0} MiB"));
        return after;
    }
}
