using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Tests.Storage;

public sealed class RocksLogStoreTests : LogStoreSpecification, IDisposable
{
    private readonly RocksHost _host = new();

    protected override ValueTask<ILogStore> Open() => new(_host.Open<ILogStore>());

    protected override ValueTask Close() => _host.Close();

    public void Dispose() => _host.Dispose();
}
