using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage.Memory;

namespace ChatOrleans.Silo.Tests.Storage;

public sealed class MemoryLogStoreTests : LogStoreSpecification
{
    private readonly MemoryLogStore _store = new();

    protected override ValueTask<ILogStore> Open() => new(_store);

    protected override ValueTask Close() => default;
}
