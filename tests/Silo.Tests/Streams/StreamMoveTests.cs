using ChatOrleans.Streams;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace ChatOrleans.Silo.Tests.Streams;

/// <summary>Runs alone: it publishes throughout, at a pace that leaves a joining silo the processor it needs to be let in.</summary>
[Collection(AloneCollection.Name)]
public sealed class StreamMoveTests
{
    private const int StreamCount = 64;
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task Publish_WhileASiloStops_GoesOnAndNoQueueIsStuck()
    {
        await using var cluster = await StreamCluster.Start(silos: 2);
        await PublishAcross(cluster, () => cluster.Silos.StopSiloAsync(cluster.Silos.Silos[1]));
    }

    [Fact]
    public async Task Publish_WhileASiloJoins_GoesOnAndNoQueueIsStuck()
    {
        await using var cluster = await StreamCluster.Start();
        await PublishAcross(cluster, () => cluster.Silos.StartAdditionalSiloAsync());
    }

    private static async Task PublishAcross(StreamCluster cluster, Func<Task> change)
    {
        // From the silo that stays, and outside any grain, so that only the queues move.
        var provider = cluster.Silos.Silos[0].ServiceProvider.GetRequiredKeyedService<IStreamProvider>(ChatStreams.ProviderName);
        using var stop = new CancellationTokenSource();
        var publishing = Enumerable.Range(0, StreamCount).Select(i => PublishUntil(provider, $"grace-{i}", stop.Token)).ToArray();
        await cluster.Ledger.Until(l => l.Total > 10 * StreamCount, "events before the change");

        await change();
        var heardAtChange = cluster.Ledger.Total;
        await cluster.Ledger.Until(l => l.Total > heardAtChange + 10 * StreamCount, "events after the change");
        await stop.CancelAsync();
        var sent = await Task.WhenAll(publishing);

        for (var i = 0; i < StreamCount; i++)
        {
            var (stream, last) = ($"grace-{i}", sent[i]);
            // What is lost at the change is lost, but each queue must be read again: the last event tells.
            await cluster.Ledger.Until(l => l.Numbers(stream).LastOrDefault() == last, $"the last event, {last}, of {stream}");
        }
    }

    private static async Task<int> PublishUntil(IStreamProvider provider, string name, CancellationToken stop)
    {
        var stream = provider.GetStream<Hint>(StreamId.Create(Listener.Namespace, name));
        for (var number = 1; ; number++)
        {
            try
            {
                var last = stop.IsCancellationRequested;
                await stream.OnNextAsync(new Hint(number, 0));
                if (last)
                    return number;
                await Task.Delay(_pace, CancellationToken.None);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                // A queue on its way to another silo; the event is lost, which a hint may be.
            }
        }
    }
}
