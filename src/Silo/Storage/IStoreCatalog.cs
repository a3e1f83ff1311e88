using ChatOrleans.Grains.Logs;
using Orleans.Runtime;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage;

/// <summary>
/// The names of all that a store holds, for who moves or checks the whole of it while no server runs; what the names stand for is
/// read from <see cref="ILogStore"/>, and from <see cref="IGrainStorage"/> as <see cref="StoredBytes"/>.
/// </summary>
public interface IStoreCatalog
{
    /// <summary>
    /// Every owner that was ever written, once, in the order of their names, after <paramref name="after"/> where that is given. Throws
    /// <see cref="LogUnavailableException"/>.
    /// </summary>
    IAsyncEnumerable<LogOwner> Owners(LogOwner? after = null, CancellationToken cancellationToken = default);

    /// <summary>Every grain state that is stored, once, in an order of the store's own. Throws <see cref="LogUnavailableException"/>.</summary>
    IAsyncEnumerable<StateName> States(CancellationToken cancellationToken = default);
}

/// <param name="Name">What the grain calls this state of its own.</param>
public readonly record struct StateName(GrainId Grain, string Name);
