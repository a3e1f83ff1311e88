using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>Orleans' Redis storage as <see cref="RedisHosting"/> sets it up, in a real silo.</summary>
[Collection(nameof(RedisServer))]
public sealed class RedisGrainStorageTests(RedisServer server) : GrainStorageSpecification
{
    private IHost? _host;

    protected override async ValueTask<IGrainStorage> Open()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(Ports.Free(), Ports.Free());
            silo.AddRedisStorage(options => options.Redis = server.Endpoint);
        });
        _host = builder.Build();
        await _host.StartAsync();
        return _host.Services.GetRequiredKeyedService<IGrainStorage>(StorageHosting.Name);
    }

    protected override async ValueTask Close()
    {
        if (_host is null)
            return;
        await _host.StopAsync();
        _host.Dispose();
    }
}
