using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ChatOrleans.Silo.Streams;
using ChatOrleans.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace ChatOrleans.Silo.Tests.Streams;

/// <summary>Silos in this process with the stream provider "chat", one ledger, and every warning that they log.</summary>
public sealed class StreamCluster : IAsyncDisposable
{
    private readonly Sink _sink = new();

    private StreamCluster(InProcessTestCluster silos, Ledger ledger, Sink sink) => (Silos, Ledger, _sink) = (silos, ledger, sink);

    public InProcessTestCluster Silos { get; }

    public Ledger Ledger { get; }

    /// <summary>Everything logged at warning or above, and every error from within Orleans.</summary>
    public IReadOnlyCollection<string> Warnings => _sink.Warnings;

    public IGrainFactory Grains => Silos.Client;

    /// <summary>Counts an instrument of this cluster's silos from now on.</summary>
    public MeterCount Count(string instrument) =>
        new(instrument, [.. Silos.Silos.Select(s => s.ServiceProvider.GetRequiredService<IMeterFactory>())]);

    public static async Task<StreamCluster> Start(
        short silos = 1, Action<ChatStreamOptions>? options = null, Action<ISiloBuilder>? configure = null)
    {
        var ledger = new Ledger();
        var sink = new Sink();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddChatStreams(options);
            silo.Services.AddSingleton(ledger);
            silo.Services.AddLogging(logging => logging.AddProvider(sink));
            // As in production: a dead silo is noticed in two to four seconds.
            silo.Configure<ClusterMembershipOptions>(o => (o.ProbeTimeout, o.NumMissedProbesLimit) = (TimeSpan.FromSeconds(2), 2));
            configure?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new StreamCluster(cluster, ledger, sink);
    }

    public Task Publish(string stream, int first, int count) =>
        Grains.GetGrain<IPublisher>(stream).Publish(ChatStreams.ProviderName, stream, first, count);

    public void AssertNoWarnings() => Assert.True(Warnings.Count == 0, string.Join("\n\n", Warnings));

    public ValueTask DisposeAsync() => Silos.DisposeAsync();

    private sealed class Sink : ILoggerProvider
    {
        public ConcurrentQueue<string> Warnings { get; } = [];

        public ILogger CreateLogger(string categoryName) => new WarningLog(categoryName, Warnings);

        public void Dispose()
        {
        }
    }

    private sealed class WarningLog(string category, ConcurrentQueue<string> warnings) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ArgumentNullException.ThrowIfNull(formatter);
            if (IsEnabled(logLevel) && !IsOfTheMachine(formatter(state, exception)))
                warnings.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
        }

        // What a silo says of the test runner's garbage collector and of a machine that is short of processors (how long a
        // stop may take is asserted where it matters); and its watchdog, whose first look may come before its first mark.
        private bool IsOfTheMachine(string text) =>
            SlowMachine.Says($"{category} {text}")
            || category.Contains("Health", StringComparison.Ordinal)
            || category.EndsWith("Watchdog", StringComparison.Ordinal)
            || category.EndsWith("LifecycleSubject", StringComparison.Ordinal)
            || text.Contains("ServerGC", StringComparison.Ordinal);
    }
}
