namespace ChatOrleans.Silo.Streams.Faults;

/// <summary>
/// Decides for each published batch what goes wrong with it. Registered by tests alone; without one, batches take the short way.
/// </summary>
public interface IStreamFaults
{
    /// <summary>Called once for each batch, from many threads.</summary>
    StreamFault Decide(StreamId stream);
}

/// <summary>What happens to one batch: it arrives <paramref name="Copies"/> times (0: it is lost), after <paramref name="Delay"/>.</summary>
/// <param name="Copies">0, 1 or more.</param>
/// <param name="Delay">Zero, or how long it is held back; later batches overtake it.</param>
public readonly record struct StreamFault(int Copies, TimeSpan Delay)
{
    /// <summary>Nothing goes wrong.</summary>
    public static readonly StreamFault None = new(1, TimeSpan.Zero);
}
