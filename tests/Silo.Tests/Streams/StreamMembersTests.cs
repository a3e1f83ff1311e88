using ChatOrleans.Grains.Nearby;
using ChatOrleans.Streams;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace ChatOrleans.Silo.Tests.Streams;

/// <summary>Consumers that are known to live in another member are reached there without the queue, and by the queue when they don't.</summary>
public sealed class StreamMembersTests
{
    private const int Count = 500;

    [Fact]
    public async Task Publish_ToAConsumerKnownElsewhere_ReachesItThereInOrder()
    {
        await using var cluster = await StreamCluster.Start(silos: 2);
        var (here, there) = (cluster.Silos.Silos[0], cluster.Silos.Silos[1]);
        // Nobody subscribes to this namespace: by the queue nothing would come.
        var stream = StreamId.Create("elsewhere", "ada");
        var consumer = new Consumer(Count);
        there.ServiceProvider.GetRequiredService<NearbyStreams>().Add(stream, consumer);
        here.ServiceProvider.GetRequiredService<FarStreams>().Learn(stream, there.SiloAddress);

        await Publish(here.ServiceProvider, stream, Count);

        await consumer.Full.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Enumerable.Range(1, Count), consumer.Numbers);
    }

    [Fact]
    public async Task Publish_ToAConsumerThatIsNotThereAnyMore_ReachesItByItsQueue()
    {
        await using var cluster = await StreamCluster.Start(silos: 2);
        var (here, there) = (cluster.Silos.Silos[0], cluster.Silos.Silos[1]);
        var stream = StreamId.Create(Listener.Namespace, "grace");
        var far = here.ServiceProvider.GetRequiredService<FarStreams>();
        far.Learn(stream, there.SiloAddress);

        await Publish(here.ServiceProvider, stream, 1);

        await cluster.Ledger.Until(l => l.Total == 1, "the event");
        Assert.Null(far.Find(stream));
    }

    [Fact]
    public async Task Publish_ToAMemberThatIsGone_ReachesItsConsumersByTheirQueues()
    {
        await using var cluster = await StreamCluster.Start(silos: 2);
        var (here, there) = (cluster.Silos.Silos[0], cluster.Silos.Silos[1]);
        var far = here.ServiceProvider.GetRequiredService<FarStreams>();
        var streams = Enumerable.Range(1, 8).Select(i => StreamId.Create(Listener.Namespace, $"linus-{i}")).ToList();
        streams.ForEach(stream => far.Learn(stream, there.SiloAddress));
        await cluster.Silos.StopSiloAsync(there);

        foreach (var stream in streams)
            await Publish(here.ServiceProvider, stream, 1);

        await cluster.Ledger.Until(l => l.Total == streams.Count, "an event on each stream");
        Assert.All(streams, stream => Assert.Null(far.Find(stream)));
    }

    [Fact]
    public async Task Learn_OfTheMemberItself_IsNoPlaceElsewhere()
    {
        await using var cluster = await StreamCluster.Start();
        var far = cluster.Silos.Silos[0].ServiceProvider.GetRequiredService<FarStreams>();
        var stream = StreamId.Create("elsewhere", "ada");

        far.Learn(stream, cluster.Silos.Silos[0].SiloAddress);

        Assert.Null(far.Find(stream));
    }

    private static async Task Publish(IServiceProvider services, StreamId id, int count)
    {
        var stream = services.GetRequiredKeyedService<IStreamProvider>(ChatStreams.ProviderName).GetStream<Hint>(id);
        for (var number = 1; number <= count; number++)
            await stream.OnNextAsync(new Hint(number, 0));
    }

    private sealed class Consumer(int count) : INearbyConsumer
    {
        private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<int> _numbers = [];

        public Task Full => _full.Task;

        public IReadOnlyList<int> Numbers => _numbers;

        // The member that tells is one turn at a time.
        public bool TryTell(object item)
        {
            _numbers.Add(((Hint)item).Number);
            if (_numbers.Count == count)
                _full.SetResult();
            return true;
        }
    }
}
