using ChatOrleans.Silo.Storage.Memory;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Tests.Storage;

public sealed class MemoryGrainStatesTests : GrainStorageSpecification, IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly MemoryGrainStates _states = new();

    protected override ValueTask<IGrainStorage> Open() => new(_states.For(_services.GetRequiredService<Serializer>()));

    protected override ValueTask Close() => default;

    public void Dispose() => _services.Dispose();
}
