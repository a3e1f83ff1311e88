using ChatOrleans.Cli.Archive;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Profiles;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.AzureTables;
using ChatOrleans.Silo.Storage.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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

    private ChatStore(string profile, ServiceProvider services)
    {
        (Profile, _services) = (profile, services);
        _lifecycle = new SiloLifecycleSubject(services.GetRequiredService<ILogger<SiloLifecycleSubject>>());
    }

    public string Profile { get; }

    public IServiceProvider Services => _services;

    public ILogStore Logs => _services.GetRequiredService<ILogStore>();

    public IGrainStorage States => _services.GetRequiredKeyedService<IGrainStorage>(StorageHosting.Name);

    public IStoreCatalog Catalog => _services.GetRequiredService<IStoreCatalog>();

    /// <summary>Waits for a store that does not answer. Throws <see cref="StorageStartException"/> and <see cref="OptionsValidationException"/>.</summary>
    public static async Task<ChatStore> Open(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var profile = configuration["Cluster:Profile"] ?? nameof(ChatProfile.Embedded);
        var services = new ServiceCollection()
            .AddSingleton(configuration)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true))
            .AddSerializer();
        services.Configure<Orleans.Configuration.ClusterOptions>(cluster => cluster.ServiceId = configuration["Cluster:ServiceId"] ?? "chat");
        Add(profile, services);
        var store = new ChatStore(profile, services.BuildServiceProvider());
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

    public async ValueTask DisposeAsync()
    {
        await _lifecycle.OnStop();
        await _services.DisposeAsync();
    }

    private static void Add(string profile, IServiceCollection services)
    {
        if (Is(ChatProfile.Embedded))
        {
            services.AddRocksStorage();
        }
        else if (Is(ChatProfile.Redis))
        {
            services.AddRedisStorage();
        }
        else if (Is(ChatProfile.AzureStorage))
        {
            services.AddAzureTablesStorage();
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<AzureTablesConnection>());
        }
        else
        {
            throw new ArchiveException($"Cluster:Profile is '{profile}'. It must be one of Embedded, Redis, AzureStorage. Set it to the one whose data is meant.");
        }

        bool Is(ChatProfile one) => string.Equals(profile, one.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
