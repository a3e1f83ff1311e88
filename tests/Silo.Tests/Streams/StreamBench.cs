using System.Collections.Concurrent;
using ChatOrleans.Streams;
using Orleans.Configuration;
using Xunit.Abstractions;

namespace ChatOrleans.Silo.Tests.Streams;

/// <summary>200 one-to-one streams through "chat" and through Orleans' memory streams, one after the other in one process.</summary>
[Collection(AloneCollection.Name), Trait("Category", "Bench")]
public sealed class StreamBench(ITestOutputHelper output)
{
    private const int StreamCount = 200;
    private const int EventsPerStream = 250;
    private const int Alone = 200;

    [BenchFact]
    public async Task Bench_ChatAgainstMemoryStreams()
    {
        await using var cluster = await StreamCluster.Start(configure: silo =>
        {
            silo.AddMemoryStreams("memory", streams => ImplicitOnly(streams));
            silo.AddMemoryStreams("memory-10ms", streams =>
            {
                ImplicitOnly(streams);
                streams.ConfigurePullingAgent(agent => agent.Configure(o =>
                    (o.GetQueueMsgsTimerPeriod, o.BatchContainerBatchSize) = (TimeSpan.FromMilliseconds(10), 64)));
            });
        });
        string[] providers = ["memory", "memory-10ms", ChatStreams.ProviderName];
        foreach (var provider in providers)
            await Run(cluster, provider, "warm", 50); // Compiles, and registers nothing that the measured streams use.
        foreach (var provider in providers.Concat(providers))
            output.WriteLine(await Run(cluster, provider, Guid.NewGuid().ToString("N"), EventsPerStream));
    }

    private static async Task<string> Run(StreamCluster cluster, string provider, string run, int events)
    {
        string[] streams = [.. Enumerable.Range(0, StreamCount).Select(i => $"{provider}-{run}-{i}")];
        var publishers = streams.Select(s => cluster.Grains.GetGrain<IPublisher>(s)).ToArray();
        await Hear(cluster, StreamCount, () => Task.WhenAll(publishers.Zip(streams, (p, s) => p.Publish(provider, s, 0, 1))));

        var cpu = Environment.CpuUsage.TotalTime;
        var start = TimeProvider.System.GetTimestamp();
        var loaded = await Hear(cluster, StreamCount * events,
            () => Task.WhenAll(publishers.Zip(streams, (p, s) => p.Publish(provider, s, 1, events))));
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;

        var single = new List<double>();
        for (var i = 0; i < Alone; i++)
            single.AddRange(await Hear(cluster, 1, () => publishers[i].Publish(provider, streams[i], events + 1, 1)));
        return $"{provider,-12} {StreamCount * events / seconds,8:N0} events/s  {cpu.TotalMicroseconds / (StreamCount * events),5:N0} us CPU/event  "
            + $"p50 under load {Median(loaded),7:N2} ms  p50 of one alone {Median(single),7:N2} ms";
    }

    private static async Task<IReadOnlyCollection<double>> Hear(StreamCluster cluster, int count, Func<Task> publish)
    {
        var latencies = new ConcurrentQueue<double>();
        cluster.Ledger.Noted = hint => latencies.Enqueue(TimeProvider.System.GetElapsedTime(hint.SentAt).TotalMilliseconds);
        var target = cluster.Ledger.Total + count;
        await publish();
        await cluster.Ledger.Until(l => l.Total >= target, $"{count} events");
        return latencies;
    }

    private static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void ImplicitOnly(ISiloMemoryStreamConfigurator streams) =>
        streams.Configure<StreamPubSubOptions>(o => o.Configure(p => p.PubSubType = Orleans.Streams.StreamPubSubType.ImplicitOnly));
}

/// <summary>A measurement: runs only with CHAT_BENCH=1, because its figures mean nothing beside other work.</summary>
public sealed class BenchFactAttribute : FactAttribute
{
    public BenchFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CHAT_BENCH") != "1")
            Skip = "A measurement; set CHAT_BENCH=1 to run it.";
    }
}
