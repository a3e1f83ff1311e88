using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace ChatOrleans.Testing;

/// <summary>A write or a clear of one grain's state.</summary>
public readonly record struct StateWrite(string StateName, GrainId Grain, bool Clears);

/// <summary>A grain storage whose writes and clears fail or stall as <see cref="Writes"/> plans, over a real one. Reads pass.</summary>
public sealed class FaultyGrainStorage(IGrainStorage inner, FaultPlan<StateWrite>? writes = null) : IGrainStorage
{
    /// <summary>Given from outside where the storages of several silos share one plan.</summary>
    public FaultPlan<StateWrite> Writes { get; } = writes ?? new();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Writes.Run(new StateWrite(stateName, grainId, false), () => inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Writes.Run(new StateWrite(stateName, grainId, true), () => inner.ClearStateAsync(stateName, grainId, grainState));
}
