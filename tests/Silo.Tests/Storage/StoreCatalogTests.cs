using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.AzureTables;
using ChatOrleans.Silo.Storage.Redis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Tests.Storage;

public sealed class MemoryCatalogTests : StoreCatalogSpecification
{
    protected override void Add(IServiceCollection services) => services.AddMemoryStorage();
}

public sealed class RocksCatalogTests : StoreCatalogSpecification, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("chat-storage-").FullName;

    protected override void Add(IServiceCollection services) => services.AddRocksStorage(options => options.Path = _directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}

[Collection(nameof(RedisServer))]
public sealed class RedisCatalogTests(RedisServer server) : StoreCatalogSpecification
{
    protected override void Add(IServiceCollection services) => services.AddRedisStorage(options => options.Redis = server.Endpoint);
}

[Collection(nameof(AzuriteServer))]
public sealed class AzureTablesCatalogTests(AzuriteServer server) : StoreCatalogSpecification
{
    protected override void Add(IServiceCollection services)
    {
        services.AddAzureTablesStorage(options => options.AzureTables = server.ConnectionString);
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<AzureTablesConnection>());
    }
}
