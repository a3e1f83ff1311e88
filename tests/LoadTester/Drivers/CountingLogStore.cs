using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>Counts what grains ask of the store, of all silos together.</summary>
internal sealed class CountingLogStore
{
    private long _writes;
    private long _rows;
    private long _bytes;
    private long _reads;

    public StoreCount Count => new(Volatile.Read(ref _writes), Volatile.Read(ref _rows), Volatile.Read(ref _bytes), Volatile.Read(ref _reads));

    /// <summary>Puts itself before the store that a silo was given.</summary>
    public void Wrap(IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(ILogStore));
        services.AddSingleton<ILogStore>(provider => new Counted(this, (ILogStore)(inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!))));
    }

    private sealed class Counted(CountingLogStore counts, ILogStore inner) : ILogStore
    {
        public ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref counts._reads);
            return inner.ReadHead(owner, cancellationToken);
        }

        public ValueTask<LogRows> Read(
            LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes = int.MaxValue, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref counts._reads);
            return inner.Read(owner, track, from, maxRows, maxBytes, cancellationToken);
        }

        public ValueTask<ReadOnlyMemory<byte>?> ReadKey(LogOwner owner, string key, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref counts._reads);
            return inner.ReadKey(owner, key, cancellationToken);
        }

        public IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ScanKeys(
            LogOwner owner, string prefix = "", CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref counts._reads);
            return inner.ScanKeys(owner, prefix, cancellationToken);
        }

        public Task Write(LogWrite write)
        {
            Interlocked.Increment(ref counts._writes);
            foreach (var append in write.Appends)
            {
                Interlocked.Add(ref counts._rows, append.Rows.Length);
                foreach (var row in append.Rows)
                {
                    Interlocked.Add(ref counts._bytes, row.Length);
                }
            }

            return inner.Write(write);
        }
    }
}

/// <param name="Writes">Calls that write.</param>
/// <param name="Rows">Rows appended.</param>
/// <param name="Bytes">Bytes of these rows.</param>
/// <param name="Reads">Calls that read.</param>
internal readonly record struct StoreCount(long Writes, long Rows, long Bytes, long Reads)
{
    public static StoreCount operator -(StoreCount one, StoreCount other) =>
        new(one.Writes - other.Writes, one.Rows - other.Rows, one.Bytes - other.Bytes, one.Reads - other.Reads);
}
