using ChatOrleans.Silo.Streams;
using ChatOrleans.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChatOrleans.Silo.Tests.Streams;

/// <summary>Runs alone, because it measures time and CPU of this whole process.</summary>
[Collection(AloneCollection.Name)]
public sealed class StreamLoadTests
{
    [Fact]
    public async Task Flood_WhenAListenerHangs_KeepsMemoryBoundedAndTheLatest()
    {
        const int sent = 20_000;
        await using var cluster = await StreamCluster.Start(options: o =>
        {
            o.QueueCount = 1;
            o.QueueCapacity = 64;
        });
        using var drops = cluster.Count("chat.streams.hints_dropped");
        var gate = new TaskCompletionSource();
        cluster.Ledger.Before = (_, _) => gate.Task;

        await cluster.Grains.GetGrain<IPublisher>("ada").Flood(ChatStreams.ProviderName, "ada", 1, sent);
        gate.SetResult();

        await cluster.Ledger.Until(l => l.Numbers("ada").LastOrDefault() == sent, "the last event");
        var heard = cluster.Ledger.Numbers("ada");
        Assert.Equal(heard.Order().Distinct(), heard);
        Assert.Equal(sent, heard.Length + drops.Value);
        // The reader's cache (4,096) and two bounded queues.
        Assert.InRange(heard.Length, 64, 4096 + 64 + 64);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stop_WhileReadersWait_IsQuick(short silos)
    {
        await using var cluster = await StreamCluster.Start(silos);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => cluster.Publish($"ada-{i}", 1, 5)));
        await cluster.Ledger.Until(l => l.Total == 320, "all 320 events");

        foreach (var silo in cluster.Silos.Silos.Reverse().ToArray())
        {
            var start = TimeProvider.System.GetTimestamp();
            await cluster.Silos.StopSiloAsync(silo);
            Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 5);
        }

        // With two silos, Orleans may warn of a call that was on its way to a queue when its silo went.
        if (silos == 1)
            cluster.AssertNoWarnings();
    }

    [Fact]
    public async Task Stop_WhileCallsAreOnTheirWayToTheQueues_WaitsForThem()
    {
        var late = new LateCalls();
        await using var cluster = await StreamCluster.Start(
            options: o => o.PollTime = TimeSpan.FromSeconds(1),
            configure: silo => silo.Services.AddSingleton<IOutgoingGrainCallFilter>(late));
        await cluster.Publish("ada", 1, 5);
        await cluster.Ledger.Until(l => l.Total == 5, "all 5 events");
        var silo = cluster.Silos.Silos.Single();
        late.Host = silo.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        await Eventually.Is(() => late.Held >= 32, "the next call of each queue's reader");

        await cluster.Silos.StopSiloAsync(silo);

        Assert.Equal(late.Held, late.Answered);
        cluster.AssertNoWarnings();
    }

    [Fact]
    public async Task Idle_WithAllQueuesRead_ReadsEachOnceAPoll()
    {
        await using var cluster = await StreamCluster.Start(options: o => o.PollTime = TimeSpan.FromSeconds(2));
        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => cluster.Publish($"ada-{i}", 1, 1)));
        await cluster.Ledger.Until(l => l.Total == 64, "an event on each stream");
        using var reads = cluster.Count("chat.streams.reads");

        await Task.Delay(TimeSpan.FromSeconds(4)); // Not a wait for something: the length of the measurement.

        // A poll lasts one to two seconds here; a reader that did not wait would have read 800 times.
        Assert.InRange(reads.Value, 32, 32 * 5);
    }

    /// <summary>The calls of readers as on a machine whose processors are busy: made before the stop, on their way while it goes on.</summary>
    private sealed class LateCalls : IOutgoingGrainCallFilter
    {
        private int _held;
        private int _answered;

        /// <summary>The host whose stop the calls are to be late for; until it is set they are not held.</summary>
        public IHostApplicationLifetime? Host { get; set; }

        public int Held => Volatile.Read(ref _held);

        public int Answered => Volatile.Read(ref _answered);

        public async Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.MethodName != nameof(IStreamQueueGrain.Dequeue) || Host is not { } host)
            {
                await context.Invoke();
                return;
            }

            Interlocked.Increment(ref _held);
            await Task.Delay(Timeout.Infinite, host.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await Task.Delay(TimeSpan.FromMilliseconds(500)); // Not a wait for something: how late the calls are.
            await context.Invoke();
            Interlocked.Increment(ref _answered);
        }
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
