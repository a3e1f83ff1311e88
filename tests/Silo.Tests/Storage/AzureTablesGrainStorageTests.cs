using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.AzureTables;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

[Collection(nameof(AzuriteServer))]
public sealed class AzureTablesGrainStorageTests(AzuriteServer server) : GrainStorageSpecification
{
    private ServiceProvider? _services;

    protected override int LargestState => 700_000;

    // Azurite answers a few hundred calls a second.
    protected override int ManyGrains => 60;

    protected override async ValueTask<IGrainStorage> Open()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSerializer()
            .Configure<ClusterOptions>(cluster => cluster.ServiceId = "chat")
            .AddAzureTablesStorage(options => options.AzureTables = server.ConnectionString)
            .BuildServiceProvider();
        await _services.GetRequiredService<AzureTablesConnection>().Start();
        return _services.GetRequiredKeyedService<IGrainStorage>(StorageHosting.Name);
    }

    protected override async ValueTask Close()
    {
        if (_services is not null)
            await _services.DisposeAsync();
    }
}
