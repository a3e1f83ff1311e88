using System.Diagnostics.Metrics;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Observability;
using ChatOrleans.Silo.Storage.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Tests.Observability;

/// <summary>The storage of grains' states is measured as the logs are.</summary>
public sealed class MeteredGrainStorageTests : IDisposable
{
    private static readonly GrainId s_ada = GrainId.Create("user", "ada");

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().AddMetrics().AddLogging().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _errors = [];
    private readonly List<string> _took = [];
    private readonly FaultyGrainStorage _faulty;
    private readonly MeteredGrainStorage _storage;

    public MeteredGrainStorageTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            var operation = (string)tags[0].Value!;
            _errors[operation] = _errors.GetValueOrDefault(operation) + count;
        });
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => _took.Add((string)tags[0].Value!));
        _listener.Start();
        _faulty = new FaultyGrainStorage(new MemoryGrainStates().For(_services.GetRequiredService<Serializer>()));
        _storage = new MeteredGrainStorage(_faulty, new StorageMeter(meters, _services.GetRequiredService<ILogger<StorageMeter>>()));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task EachOperation_IsMeasured()
    {
        var state = State("stored");

        await _storage.WriteStateAsync("profile", s_ada, state);
        await _storage.ReadStateAsync("profile", s_ada, state);
        await _storage.ClearStateAsync("profile", s_ada, state);

        Assert.Equal(["state_write", "state_read", "state_clear"], _took);
        Assert.All(_errors, error => Assert.Equal(0, error.Value));
    }

    [Fact]
    public async Task WriteThatFails_IsCountedAndThrown()
    {
        _faulty.Writes.Add(WriteFault.FailBefore);

        await Assert.ThrowsAsync<LogUnavailableException>(() => _storage.WriteStateAsync("profile", s_ada, State("lost")));

        Assert.Equal(1, _errors["state_write"]);
        Assert.Equal(0, _errors["state_read"]);
    }

    [Fact]
    public async Task WriteThatLostARace_IsNoFailure()
    {
        var (first, second) = (State("first"), State("second"));
        await _storage.WriteStateAsync("profile", s_ada, first);

        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("profile", s_ada, second));

        Assert.Equal(0, _errors["state_write"]);
    }

    private static GrainState<List<string>> State(string content) => new() { State = [content] };
}
