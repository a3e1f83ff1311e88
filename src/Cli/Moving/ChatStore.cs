using ChatOrleans.Cli.Archive;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Profiles;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.AzureTables;
using ChatOrleans.Silo.Storage.Redis;
using ChatOrleans.Silo.Storage.Rocks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Cli.Moving;

/// <summary>A profile's storage without a silo, from the settings that the servers have.</summary>
internal sealed class ChatStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly SiloLifecycleSubject _lifecycle;

    private ChatStore(string profile, string place, ServiceProvider services)
    {
        (Profile, Place, _services) = (profile, place, services);
        _lifecycle = new SiloLifecycleSubject(services.GetRequiredService<ILogger<SiloLifecycleSubject>>());
    }

    public string Profile { get; }

    /// <summary>The setting that says where in the storage it is.</summary>
    public string Place { get; }

    public IServiceProvider Services => _services;

    public ILogStore Logs => _services.GetRequiredService<ILogStore>();

    public IGrainStorage States => _services.GetRequiredKeyedService<IGrainStorage>(StorageHosting.Name);

    public IStoreCatalog Catalog => _services.GetRequiredService<IStoreCatalog>();

    /// <summary>Waits for a store that does not answer. Throws <see cref="StorageStartException"/> and <see cref="OptionsValidationException"/>.</summary>
    /// <param name="create">Whether a directory or an account that holds no store gets one.</param>
    public static async Task<ChatStore> Open(IConfiguration configuration, bool create, CancellationToken cancellationToken)
    {
        var profile = configuration["Cluster:Profile"] ?? nameof(ChatProfile.Embedded);
        var services = new ServiceCollection()
            .AddSingleton(configuration)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true))
            // What is printed is the outcome alone.
            .Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddSerializer();
        services.Configure<Orleans.Configuration.ClusterOptions>(cluster => cluster.ServiceId = configuration["Cluster:ServiceId"] ?? "chat");
        var place = Add(profile, configuration, create, services);
        var store = new ChatStore(profile, place, services.BuildServiceProvider());
        try
        {
            foreach (var participant in store._services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
                participant.Participate(store._lifecycle);
            await store._lifecycle.OnStart(cancellationToken);
            return store;
        }
        catch
        {
            await store._services.DisposeAsync();
            throw;
        }
    }

    /// <summary>A store that is read and has nothing in it is most often another one than was meant. Throws <see cref="ArchiveException"/>.</summary>
    public async Task RequireContent(CancellationToken cancellationToken)
    {
        await foreach (var _ in Catalog.Owners(null, cancellationToken))
            return;
        await foreach (var _ in Catalog.States(cancellationToken))
            return;
        throw new ArchiveException($"{Place}: there is nothing in this store. Name the one that the servers use, or add --allow-empty where it is meant.");
    }

    public async ValueTask DisposeAsync()
    {
        await _lifecycle.OnStop();
        await _services.DisposeAsync();
    }

    /// <summary>What <see cref="Place"/> is.</summary>
    private static string Add(string profile, IConfiguration configuration, bool create, IServiceCollection services)
    {
        if (Is(ChatProfile.Embedded))
        {
            var directory = Path.GetFullPath(Setting(nameof(StorageOptions.Path), new StorageOptions().Path));
            if (!create && !RocksDatabase.IsIn(directory))
            {
                throw new StorageStartException($"Storage:Path = {directory}: there is no database. Name the directory that holds the data of the servers; "
                    + "with another Cluster:Profile, say which.");
            }

            services.AddRocksStorage();
            return $"Storage:Path = {directory}";
        }

        if (Is(ChatProfile.Redis))
        {
            services.AddRedisStorage();
            return $"Storage:KeyPrefix = {Setting(nameof(RedisStoreOptions.KeyPrefix), new RedisStoreOptions().KeyPrefix)}";
        }

        if (Is(ChatProfile.AzureStorage))
        {
            services.AddAzureTablesStorage(create: create);
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<AzureTablesConnection>());
            return $"Storage:TablePrefix = {Setting(nameof(AzureTablesOptions.TablePrefix), new AzureTablesOptions().TablePrefix)}";
        }

        throw new ArchiveException($"Cluster:Profile is '{profile}'. It must be one of Embedded, Redis, AzureStorage. Set it to the one whose data is meant.");

        bool Is(ChatProfile one) => string.Equals(profile, one.ToString(), StringComparison.OrdinalIgnoreCase);

        string Setting(string name, string otherwise) => configuration[$"{StorageOptions.Section}:{name}"] is { Length: > 0 } given ? given : otherwise;
    }
}
