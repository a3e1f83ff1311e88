using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage.Memory;
using ChatOrleans.Silo.Storage.Rocks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage;

/// <summary>Gives a silo its <see cref="ILogStore"/> and its <see cref="IGrainStorage"/> named <see cref="Name"/>.</summary>
public static class StorageHosting
{
    /// <summary>The key of the grain storage: what grains name in <c>[PersistentState]</c>.</summary>
    public const string Name = "chat";

    /// <inheritdoc cref="AddRocksStorage(IServiceCollection, Action{StorageOptions}?)"/>
    public static ISiloBuilder AddRocksStorage(this ISiloBuilder silo, Action<StorageOptions>? configure = null)
    {
        silo.Services.AddRocksStorage(configure);
        return silo;
    }

    /// <summary>
    /// Stores in one directory of this machine (section <c>Storage</c>, then <paramref name="configure"/>). The directory is opened
    /// when the silo is built, so a directory that cannot be used stops the start with a <see cref="StorageStartException"/>; it is
    /// closed, with everything stored that waited, when the service provider is disposed.
    /// </summary>
    public static IServiceCollection AddRocksStorage(this IServiceCollection services, Action<StorageOptions>? configure = null)
    {
        services.AddStoreOptions(configure);
        services.AddSingleton<RocksDatabase>();
        services.AddSingleton<RocksWriter>();
        services.AddSingleton<ILogStore, RocksLogStore>();
        services.AddSingleton<IStoreCatalog, RocksCatalog>();
        services.AddKeyedSingleton<IGrainStorage>(Name, static (provider, _) => ActivatorUtilities.CreateInstance<RocksGrainStorage>(provider));
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, OpenAtStart>();
        return services;
    }

    /// <inheritdoc cref="AddMemoryStorage(IServiceCollection, MemoryLogStore?, MemoryGrainStates?)"/>
    public static ISiloBuilder AddMemoryStorage(this ISiloBuilder silo, MemoryLogStore? logs = null, MemoryGrainStates? states = null)
    {
        silo.Services.AddMemoryStorage(logs, states);
        return silo;
    }

    /// <summary>
    /// Stores in memory, for tests. All silos of a cluster in one process must be given the same <paramref name="logs"/> and
    /// <paramref name="states"/>; without them each has its own.
    /// </summary>
    public static IServiceCollection AddMemoryStorage(
        this IServiceCollection services, MemoryLogStore? logs = null, MemoryGrainStates? states = null)
    {
        states ??= new MemoryGrainStates();
        logs ??= new MemoryLogStore();
        services.AddSingleton<ILogStore>(logs);
        services.AddSingleton<IStoreCatalog>(new MemoryCatalog(logs, states));
        services.AddKeyedSingleton<IGrainStorage>(Name, (provider, _) => states.For(provider.GetRequiredService<Serializer>()));
        return services;
    }

    /// <summary>What every store does with its options: section <c>Storage</c>, then <paramref name="configure"/>, then its annotations' checks.</summary>
    internal static void AddStoreOptions<TOptions>(this IServiceCollection services, Action<TOptions>? configure)
        where TOptions : class
    {
        services.AddOptions<TOptions>()
            .Configure<IServiceProvider>((options, provider) =>
                provider.GetService<IConfiguration>()?.GetSection(StorageOptions.Section).Bind(options))
            .Configure(options => configure?.Invoke(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, AnnotatedOptions<TOptions>>();
        services.TryAddSingleton(TimeProvider.System);
    }

    /// <summary>Exists to be constructed with the silo, before any grain needs the store; it joins no stage.</summary>
    private sealed class OpenAtStart(RocksDatabase database) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => GC.KeepAlive(database);
    }
}
