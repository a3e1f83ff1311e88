using ChatOrleans.Grains.Logs;
using Orleans.Persistence.Redis;
using Orleans.Runtime;
using Orleans.Storage;
using StackExchange.Redis;

namespace ChatOrleans.Silo.Storage.Redis;

/// <summary>Orleans' Redis storage, whose failures are told as every other store's are: as <see cref="LogUnavailableException"/>.</summary>
internal sealed class RedisGrainStates(IGrainStorage inner) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guard(inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guard(inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guard(inner.ClearStateAsync(stateName, grainId, grainState));

    private static async Task Guard(Task call)
    {
        try
        {
            await call;
        }
        catch (Exception fault) when (fault is RedisStorageException or RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new LogUnavailableException($"Redis did not answer: {fault.Message}");
        }
    }
}
