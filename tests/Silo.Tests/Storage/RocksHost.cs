using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>A directory of its own for a test, and the services over it, opened and closed as often as the test likes.</summary>
public sealed class RocksHost : IDisposable
{
    private ServiceProvider? _services;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("chat-storage-").FullName;

    public T Open<T>(Action<StorageOptions>? configure = null) where T : notnull
    {
        _services ??= new ServiceCollection()
            .AddLogging()
            .AddSerializer()
            .AddRocksStorage(options =>
            {
                options.Path = Directory;
                configure?.Invoke(options);
            })
            .BuildServiceProvider();
        return _services.GetKeyedService<T>(StorageHosting.Name) is { } keyed ? keyed : _services.GetRequiredService<T>();
    }

    public async ValueTask Close()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        _services = null;
    }

    public void Dispose()
    {
        _services?.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
