using System.Diagnostics;
using Orleans.Runtime;
using Orleans.Storage;

namespace ChatOrleans.Silo.Observability;

/// <summary>How long the storage of grains' states takes and how often it fails, whichever storage it is.</summary>
internal sealed class MeteredGrainStorage : IGrainStorage
{
    private static readonly KeyValuePair<string, object?> s_read = new("operation", "state_read");
    private static readonly KeyValuePair<string, object?> s_write = new("operation", "state_write");
    private static readonly KeyValuePair<string, object?> s_clear = new("operation", "state_clear");

    private readonly IGrainStorage _storage;
    private readonly StorageMeter _meter;

    public MeteredGrainStorage(IGrainStorage storage, StorageMeter meter)
    {
        (_storage, _meter) = (storage, meter);
        meter.Expect(s_read, s_write, s_clear);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measured(s_read, static (storage, call) => storage.ReadStateAsync(call.stateName, call.grainId, call.grainState), (stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measured(s_write, static (storage, call) => storage.WriteStateAsync(call.stateName, call.grainId, call.grainState), (stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measured(s_clear, static (storage, call) => storage.ClearStateAsync(call.stateName, call.grainId, call.grainState), (stateName, grainId, grainState));

    private async Task Measured<TCall>(KeyValuePair<string, object?> operation, Func<IGrainStorage, TCall, Task> run, TCall call)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await run(_storage, call);
            _meter.Took(began, operation);
        }
        catch (Exception failure) when (_meter.Counts(failure, operation))
        {
            throw;
        }
    }
}
