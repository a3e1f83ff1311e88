using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage.Memory;

/// <summary>
/// Grain state in memory, lost with the process: for tests. What is stored are the serialized bytes, so a state never shares an
/// object with what was stored, and one instance serves all silos of a process through <see cref="For"/>.
/// </summary>
public sealed class MemoryGrainStates
{
    private readonly ConcurrentDictionary<(string State, GrainId Grain), StoredState> _states = new();

    /// <summary>This storage as one silo uses it, with that silo's serializer.</summary>
    public IGrainStorage For(Serializer serializer) => new View(_states, serializer);

    internal IEnumerable<StateName> Names => _states.Keys.Select(key => new StateName(key.Grain, key.State));

    private sealed record StoredState(string ETag, byte[] Bytes);

    private sealed class View(ConcurrentDictionary<(string, GrainId), StoredState> states, Serializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (states.TryGetValue((stateName, grainId), out var stored))
                grainState.Found<T>(serializer.FromStoredBytes<T>(stored.Bytes), stored.ETag);
            else
                grainState.Missing();
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var key = (stateName, grainId);
            var next = new StoredState(GrainStates.NewETag(), serializer.ToStoredBytes(grainState.State));
            states.TryGetValue(key, out var stored);
            if (stored?.ETag != grainState.ETag || !(stored is null ? states.TryAdd(key, next) : states.TryUpdate(key, next, stored)))
                return Task.FromException(GrainStates.Inconsistent(stateName, grainId, stored?.ETag, grainState.ETag));
            grainState.Written(next.ETag);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var key = (stateName, grainId);
            states.TryGetValue(key, out var stored);
            if (stored?.ETag != grainState.ETag || (stored is not null && !states.TryRemove(KeyValuePair.Create(key, stored))))
                return Task.FromException(GrainStates.Inconsistent(stateName, grainId, stored?.ETag, grainState.ETag));
            grainState.Missing();
            return Task.CompletedTask;
        }
    }
}
