using Orleans.Storage;

namespace ChatOrleans.Silo.Tests.Storage;

public sealed class RocksGrainStorageTests : GrainStorageSpecification, IDisposable
{
    private readonly RocksHost _host = new();

    protected override ValueTask<IGrainStorage> Open() => new(_host.Open<IGrainStorage>());

    protected override ValueTask Close() => _host.Close();

    public void Dispose() => _host.Dispose();
}
