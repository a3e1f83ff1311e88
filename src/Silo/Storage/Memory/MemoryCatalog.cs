using System.Runtime.CompilerServices;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.Memory;

internal sealed class MemoryCatalog(MemoryLogStore logs, MemoryGrainStates states) : IStoreCatalog
{
    public async IAsyncEnumerable<LogOwner> Owners(LogOwner? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var owner in logs.Owners.Select(owner => owner.Value).Order(StringComparer.Ordinal))
            if (after is null || string.CompareOrdinal(owner, after.Value.Value) > 0)
                yield return new LogOwner(owner);
    }

    public async IAsyncEnumerable<StateName> States([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var name in states.Names)
            yield return name;
    }
}
