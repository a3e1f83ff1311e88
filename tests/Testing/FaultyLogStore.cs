using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Testing;

/// <summary>A log store whose writes fail or stall as <see cref="Writes"/> plans, over a real one. Reads pass, when they may.</summary>
public sealed class FaultyLogStore(ILogStore inner) : ILogStore
{
    public FaultPlan<LogWrite> Writes { get; } = new();

    /// <summary>What the reading of a key waits for; null: nothing.</summary>
    public Func<LogOwner, string, Task?>? HoldsUpKey { get; set; }

    /// <summary>What the reading of rows waits for; null: nothing. Also sees each of them.</summary>
    public Func<LogOwner, LogTrack, Task?>? HoldsUpRead { get; set; }

    public ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default) => inner.ReadHead(owner, cancellationToken);

    public async ValueTask<LogRows> Read(
        LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes = int.MaxValue, CancellationToken cancellationToken = default)
    {
        if (HoldsUpRead?.Invoke(owner, track) is { } held)
        {
            await held;
        }

        return await inner.Read(owner, track, from, maxRows, maxBytes, cancellationToken);
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReadKey(LogOwner owner, string key, CancellationToken cancellationToken = default)
    {
        if (HoldsUpKey?.Invoke(owner, key) is { } held)
        {
            await held;
        }

        return await inner.ReadKey(owner, key, cancellationToken);
    }

    public IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ScanKeys(
        LogOwner owner, string prefix = "", CancellationToken cancellationToken = default) => inner.ScanKeys(owner, prefix, cancellationToken);

    public Task Write(LogWrite write) => Writes.Run(write, () => inner.Write(write));
}
