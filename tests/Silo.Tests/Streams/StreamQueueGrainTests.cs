using ChatOrleans.Silo.Streams;

namespace ChatOrleans.Silo.Tests.Streams;

public sealed class StreamQueueGrainTests
{
    [Fact]
    public async Task Enqueue_WhenFull_DropsTheOldestAndCountsThem()
    {
        await using var cluster = await StreamCluster.Start(options: o => o.QueueCapacity = 16);
        using var drops = cluster.Count("chat.streams.hints_dropped");
        var queue = Queue(cluster);

        await queue.Enqueue(Batches(1, 40));

        var page = await queue.Dequeue(0, 256, wait: true, CancellationToken.None);
        Assert.Equal(Enumerable.Range(25, 16), Numbers(page));
        Assert.Equal(24, drops.Value);
    }

    [Fact]
    public async Task Dequeue_WhenThePageIsNotConfirmed_GivesItAgain()
    {
        await using var cluster = await StreamCluster.Start();
        var queue = Queue(cluster);
        await queue.Enqueue(Batches(1, 3));

        var first = await queue.Dequeue(0, 2, wait: true, CancellationToken.None);
        var again = await queue.Dequeue(0, 2, wait: true, CancellationToken.None);
        var next = await queue.Dequeue(again.Id, 2, wait: true, CancellationToken.None);

        Assert.Equal([1, 2], Numbers(first));
        Assert.Equal([1, 2], Numbers(again));
        Assert.Equal([3], Numbers(next));
    }

    [Fact]
    public async Task Dequeue_WhenAnotherReaderComes_DisplacesTheOneThatWaits()
    {
        await using var cluster = await StreamCluster.Start();
        var queue = Queue(cluster);
        // Two calls from a client may overtake each other: which one waits is not said.
        List<Task<StreamPage>> readers = [queue.Dequeue(0, 2, wait: true, CancellationToken.None), queue.Dequeue(0, 2, wait: true, CancellationToken.None)];

        var displaced = await Task.WhenAny(readers);

        Assert.True((await displaced).Displaced);
        await queue.Enqueue(Batches(1, 1));
        readers.Remove(displaced);
        Assert.Equal([1], Numbers(await readers.Single()));
    }

    [Fact]
    public async Task Dequeue_OfAnEmptyQueue_AnswersOnlyAfterThePoll()
    {
        await using var cluster = await StreamCluster.Start(options: o => o.PollTime = TimeSpan.FromSeconds(1));
        var queue = Queue(cluster);
        var start = TimeProvider.System.GetTimestamp();

        var page = await queue.Dequeue(0, 2, wait: true, CancellationToken.None);

        Assert.Empty(page.Batches);
        Assert.False(page.Displaced);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0.4, 25);
    }

    [Fact]
    public async Task Dequeue_WhenCancelled_LeavesWhatComesForTheNextReader()
    {
        await using var cluster = await StreamCluster.Start();
        var queue = Queue(cluster);
        using var cancellation = new CancellationTokenSource();
        var cancelled = queue.Dequeue(0, 2, wait: true, cancellation.Token);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await queue.Enqueue(Batches(1, 1));

        Assert.Equal([1], Numbers(await queue.Dequeue(0, 2, wait: true, CancellationToken.None)));
    }

    private static IStreamQueueGrain Queue(StreamCluster cluster) => cluster.Grains.GetGrain<IStreamQueueGrain>("lounge");

    private static StreamBatch[] Batches(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(n => new StreamBatch(StreamId.Create("test", "ada"), [new Hint(n, 0)], null))];

    private static IEnumerable<int> Numbers(StreamPage page) => page.Batches.SelectMany(b => b.Events).Cast<Hint>().Select(h => h.Number);
}
