using System.Runtime.CompilerServices;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// Logs in the process's own RocksDB. Reads run on the caller's thread and have completed when they return; writes of all owners
/// that wait at the same time share one synced disk write.
/// </summary>
public sealed class RocksLogStore(RocksDatabase database, RocksWriter writer) : ILogStore
{
    private const int ScanRows = 256;
    private const int ScanBytes = 1 << 20;

    public ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LogRules.CheckOwner(owner);
        return new(database.Head(owner));
    }

    public ValueTask<LogRows> Read(
        LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes = int.MaxValue, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LogRules.CheckRead(owner, track, maxRows);
        return new(database.Rows(owner, track, from, maxRows, maxBytes));
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadKey(LogOwner owner, string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LogRules.CheckOwner(owner);
        LogRules.CheckKey(key);
        Span<byte> at = stackalloc byte[RocksKeys.MaxLength];
        return new(database.Get(RocksKeys.Key(at, owner, key)) is { } value ? value : default(ReadOnlyMemory<byte>?));
    }

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ScanKeys(
        LogOwner owner, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        LogRules.CheckOwner(owner);
        LogRules.CheckKeyPrefix(prefix);
        await Task.CompletedTask;
        // By pages: a cursor of RocksDB that waited for its reader would keep old files from being deleted.
        string? after = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = database.Keys(owner, prefix, after, ScanRows, ScanBytes);
            foreach (var pair in page)
                yield return pair;
            if (page.IsEmpty)
                yield break;
            after = page[^1].Key;
        }
    }

    public Task Write(LogWrite write)
    {
        LogRules.CheckShape(write);
        return writer.Enqueue(new PendingLogWrite(write));
    }
}
