using ChatOrleans.Silo.Streams.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.Silo.Tests.Streams;

public sealed class StreamDeliveryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Publish_ManyStreams_EachHearsAllOnceInOrder(short silos)
    {
        await using var cluster = await StreamCluster.Start(silos);
        string[] streams = [.. Enumerable.Range(0, 200).Select(i => $"ada-{i}")];

        await Task.WhenAll(streams.Select(s => cluster.Publish(s, 1, 50)));

        await cluster.Ledger.Until(l => l.Total >= streams.Length * 50, "all 10,000 events");
        Assert.All(streams, s => Assert.Equal(Enumerable.Range(1, 50), cluster.Ledger.Numbers(s)));
        cluster.AssertNoWarnings();
    }

    [Fact]
    public async Task Flood_OneStream_KeepsTheOrderOfTheCalls()
    {
        await using var cluster = await StreamCluster.Start();

        await cluster.Grains.GetGrain<IPublisher>("ada").Flood(ChatOrleans.Streams.ChatStreams.ProviderName, "ada", 1, 5000);

        await cluster.Ledger.Until(l => l.Total >= 5000, "all 5,000 events");
        Assert.Equal(Enumerable.Range(1, 5000), cluster.Ledger.Numbers("ada"));
    }

    [Fact]
    public async Task Publish_ToAGrainThatSlept_WakesIt()
    {
        await using var cluster = await StreamCluster.Start();
        await cluster.Publish("ada", 1, 1);
        await cluster.Ledger.Until(l => l.Total == 1, "the first event");

        await cluster.Grains.GetGrain<IListener>("ada").Sleep();
        await cluster.Publish("ada", 2, 1);

        await cluster.Ledger.Until(l => l.Total == 2, "the event after the sleep");
        Assert.Equal([1, 2], cluster.Ledger.Numbers("ada"));
    }

    [Fact]
    public async Task Publish_WhenOneListenerFails_TheOthersAndLaterEventsStillArrive()
    {
        await using var cluster = await StreamCluster.Start(options: o =>
        {
            o.QueueCount = 1;
            o.DeliveryTime = TimeSpan.FromSeconds(1);
        });
        cluster.Ledger.Before = (stream, hints) =>
            stream == "linus" && hints.Any(h => h.Number == 1) ? throw new InvalidOperationException("linus is out") : Task.CompletedTask;

        await cluster.Publish("linus", 1, 1);
        await cluster.Publish("grace", 1, 10);
        await cluster.Ledger.Until(l => l.Numbers("grace").Length == 10, "grace's events, on the same queue");
        await cluster.Ledger.Until(l => !l.Errors.IsEmpty, "the end of the repeated delivery to linus");
        await cluster.Publish("linus", 2, 1);

        await cluster.Ledger.Until(l => l.Numbers("linus").Length == 1, "the event after the failed one");
        Assert.Equal([2], cluster.Ledger.Numbers("linus"));
        Assert.Equal(Enumerable.Range(1, 10), cluster.Ledger.Numbers("grace"));
    }

    [Fact]
    public async Task Publish_WithFaults_LosesRepeatsAndDelaysWhatTheyDecide()
    {
        var faults = new SeededStreamFaults(seed: 7, dropped: 0.05, repeated: 0.05, delayed: 0.05, TimeSpan.FromMilliseconds(50));
        await using var cluster = await StreamCluster.Start(configure: silo => silo.Services.AddSingleton<IStreamFaults>(faults));

        await cluster.Publish("ada", 1, 2000);

        var expected = 2000 - faults.Dropped + faults.Repeated;
        await cluster.Ledger.Until(l => l.Total >= expected, $"the {expected} events that the faults leave");
        var heard = cluster.Ledger.Numbers("ada");
        Assert.Equal(expected, heard.Length);
        Assert.Equal(2000 - faults.Dropped, heard.Distinct().Count());
        Assert.NotEqual(heard.Order(), heard);
        Assert.All([faults.Dropped, faults.Repeated, faults.Delayed], count => Assert.InRange(count, 60, 140));
    }
}
