using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Persistence;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage.Redis;

/// <summary>Gives a silo its storage in Redis: our logs, and Orleans' own grain storage in its binary form.</summary>
public static class RedisHosting
{
    /// <summary>Under which Orleans' own storage stands behind ours; no part of what is stored.</summary>
    private const string InnerName = $"{StorageHosting.Name}/redis";

    /// <summary>
    /// Section <c>Storage</c>, then <paramref name="configure"/>. The start of the silo waits for Redis, and fails with a
    /// <see cref="StorageStartException"/> where Redis may forget what it acknowledged.
    /// </summary>
    public static ISiloBuilder AddRedisStorage(this ISiloBuilder silo, Action<RedisStoreOptions>? configure = null)
    {
        silo.Services.AddRedisStorage(configure);
        return silo;
    }

    /// <inheritdoc cref="AddRedisStorage(ISiloBuilder, Action{RedisStoreOptions}?)"/>
    public static IServiceCollection AddRedisStorage(this IServiceCollection services, Action<RedisStoreOptions>? configure = null)
    {
        services.AddRedisLogStore(configure);
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<RedisConnection>());
        // Orleans asks for one in any case; a silo has its own.
        services.TryAddSingleton<IGrainStorageSerializer, StateSerializer>();
        services.AddRedisGrainStorage(InnerName, builder => builder.Configure<IOptions<RedisStoreOptions>, Serializer>(Fill));
        services.AddKeyedSingleton<IGrainStorage>(StorageHosting.Name, static (provider, _) =>
            new RedisGrainStates(provider.GetRequiredKeyedService<IGrainStorage>(InnerName)));
        return services;
    }

    /// <summary>The logs alone, without a silo: whoever uses them starts the <see cref="RedisConnection"/> first.</summary>
    public static IServiceCollection AddRedisLogStore(this IServiceCollection services, Action<RedisStoreOptions>? configure = null)
    {
        services.AddStoreOptions(configure);
        services.AddSingleton<RedisConnection>();
        services.AddSingleton<ILogStore, RedisLogStore>();
        services.AddSingleton<IStoreCatalog, RedisCatalog>();
        return services;
    }

    private static void Fill(RedisStorageOptions orleans, IOptions<RedisStoreOptions> ours, Serializer serializer)
    {
        orleans.ConfigurationOptions = RedisConnection.Configure(RedisConnection.StorageKey, ours.Value.Redis);
        orleans.GrainStorageSerializer = new StateSerializer(serializer);
        orleans.DeleteStateOnClear = true;
        orleans.GetStorageKey = (stateName, grain) => RedisStateKeys.Key(ours.Value, stateName, grain);
    }
}
