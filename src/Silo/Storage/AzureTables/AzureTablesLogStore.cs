using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// Logs in Azure Tables: a partition per owner, a row per log row and key, entity-group transactions guarded by the head row's etag.
/// A row holds at most 704 KiB; a write of more than 99 rows and keys takes several transactions and is still one write.
/// </summary>
public sealed class AzureTablesLogStore(AzureTablesConnection connection) : ILogStore
{
    private const int PageRows = 1_000;
    private readonly TableClient _table = connection.Logs;
    private readonly AzureTablesWriter _writer = new(connection.Logs, connection.Options.CachedHeads);

    public ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default)
    {
        LogRules.CheckOwner(owner);
        return Guard(async () => (await Head(owner, cancellationToken)).Head, cancellationToken);
    }

    public ValueTask<LogRows> Read(
        LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes = int.MaxValue, CancellationToken cancellationToken = default)
    {
        LogRules.CheckRead(owner, track, maxRows);
        return Guard(async () =>
        {
            var bounds = (await Head(owner, cancellationToken)).Head[track];
            var start = Math.Max(from, bounds.First);
            // Beyond the last lies what a write has staged and not finished.
            var end = bounds.Last - start < maxRows ? bounds.Last : start + maxRows - 1;
            return start > end ? new LogRows(0, []) : await Rows(owner, track, start, end, maxBytes, cancellationToken);
        }, cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadKey(LogOwner owner, string key, CancellationToken cancellationToken = default)
    {
        LogRules.CheckOwner(owner);
        LogRules.CheckKey(key);
        return Guard(async () =>
        {
            var found = await _table.GetEntityIfExistsAsync<TableEntity>(
                AzureTablesText.Escape(owner.Value), AzureTablesText.Key(key), cancellationToken: cancellationToken);
            var value = found.HasValue ? AzureTablesBatch.Value(found.Value!, await HeadFor([found.Value!], owner, cancellationToken)) : null;
            return value is null ? default(ReadOnlyMemory<byte>?) : value;
        }, cancellationToken);
    }

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ScanKeys(
        LogOwner owner, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        LogRules.CheckOwner(owner);
        LogRules.CheckKeyPrefix(prefix);
        var (partition, from, to) = (AzureTablesText.Escape(owner.Value), AzureTablesText.Key(prefix), AzureTablesText.KeyRows + "~");
        var pages = _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}"), PageRows, null, cancellationToken)
            .AsPages().GetAsyncEnumerator(cancellationToken);
        await using (pages)
        {
            while (await Guard(async () => await pages.MoveNextAsync(), cancellationToken))
            {
                var head = await Guard(() => HeadFor(pages.Current.Values, owner, cancellationToken), cancellationToken);
                foreach (var entity in pages.Current.Values)
                {
                    var key = AzureTablesText.FromKey(entity.RowKey);
                    // In order, so the first key without the prefix ends what has it.
                    if (!key.StartsWith(prefix, StringComparison.Ordinal))
                        yield break;
                    if (AzureTablesBatch.Value(entity, head) is { } value)
                        yield return KeyValuePair.Create(key, (ReadOnlyMemory<byte>)value);
                }
            }
        }
    }

    public async Task Write(LogWrite write)
    {
        LogRules.CheckShape(write);
        try
        {
            await _writer.Write(write);
        }
        catch (Exception fault) when (AzureTablesConnection.IsFault(fault))
        {
            throw AzureTablesConnection.Unavailable(fault);
        }
    }

    private Task<AzureTablesHead> Head(LogOwner owner, CancellationToken cancellationToken) =>
        AzureTablesWriter.ReadHead(_table, AzureTablesText.Escape(owner.Value), cancellationToken);

    /// <summary>The head is needed only to judge keys that a write in several transactions has set; it is read after them.</summary>
    private async Task<AzureTablesHead?> HeadFor(IEnumerable<TableEntity> entities, LogOwner owner, CancellationToken cancellationToken) =>
        entities.Any(entity => entity.ContainsKey("Attempt")) ? await Head(owner, cancellationToken) : null;

    private async Task<LogRows> Rows(LogOwner owner, LogTrack track, long start, long end, int maxBytes, CancellationToken cancellationToken)
    {
        var (partition, from, to) = (AzureTablesText.Escape(owner.Value), AzureTablesText.Row(track, start), AzureTablesText.Row(track, end));
        var rows = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        long first = 0, bytes = 0;
        var entities = _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey le {to}"),
            (int)Math.Min(PageRows, end - start + 1), null, cancellationToken);
        await foreach (var entity in entities)
        {
            if (rows.Count == 0)
                first = AzureTablesText.Index(entity.RowKey);
            var row = entity.Bytes();
            rows.Add(row);
            bytes += row.Length;
            if (bytes >= maxBytes)
                break;
        }

        return new LogRows(first, rows.DrainToImmutable());
    }

    private static async ValueTask<T> Guard<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (AzureTablesConnection.IsFault(fault, cancellationToken))
        {
            throw AzureTablesConnection.Unavailable(fault);
        }
    }
}
