namespace ChatOrleans.Silo.Streams.Faults;

/// <summary>Faults by chance. The same seed and the same order of calls give the same faults. Shares are 0 to 1 and exclude each other.</summary>
public sealed class SeededStreamFaults(int seed, double dropped, double repeated, double delayed, TimeSpan delay) : IStreamFaults
{
    private readonly Lock _gate = new();
#pragma warning disable CA5394 // Chance for tests, not for secrets.
    private readonly Random _chance = new(seed);

    /// <summary>Batches lost so far.</summary>
    public int Dropped { get; private set; }

    /// <summary>Batches sent twice so far.</summary>
    public int Repeated { get; private set; }

    /// <summary>Batches held back so far.</summary>
    public int Delayed { get; private set; }

    /// <inheritdoc />
    public StreamFault Decide(StreamId stream)
    {
        lock (_gate)
        {
            var chance = _chance.NextDouble();
            if ((chance -= dropped) < 0)
            {
                Dropped++;
                return StreamFault.None with { Copies = 0 };
            }
            if ((chance -= repeated) < 0)
            {
                Repeated++;
                return StreamFault.None with { Copies = 2 };
            }
            if (chance - delayed < 0)
            {
                Delayed++;
                return StreamFault.None with { Delay = delay };
            }
            return StreamFault.None;
        }
    }
#pragma warning restore CA5394
}
