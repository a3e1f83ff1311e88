using Azure;
using Azure.Data.Tables;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// Writes of logs to one table. Each transaction rewrites the owner's head under its etag, so of two writers that saw the same head
/// only one gets on, whatever member it is on.
/// </summary>
internal sealed class AzureTablesWriter(TableClient table, int cachedHeads)
{
    private const int Rounds = 10;
    private readonly Lock _lock = new();
    private readonly BoundedCache<LogOwner, AzureTablesHead> _heads = new(cachedHeads);

    public async Task Write(LogWrite write)
    {
        var partition = AzureTablesText.Escape(write.Owner.Value);
        var batch = new AzureTablesBatch(partition, write);
        for (var round = 0; round < Rounds; round++)
        {
            var remembered = Recall(write.Owner);
            var head = remembered ?? await ReadHead(table, partition, default);
            if (LogRules.Next(head.Head, write, out var conflict) is not { } next)
            {
                Forget(write.Owner);
                // What is remembered may be old; what was just read is not.
                if (remembered is not null)
                    continue;
                throw new LogConflictException(conflict!);
            }

            try
            {
                var stored = await Commit(partition, batch, head, next);
                Remember(write.Owner, await Sweep(partition, stored));
                return;
            }
            catch (RequestFailedException moved) when (moved.Status is 404 or 409 or 412)
            {
                // The head is another by now: look again whether the write still fits it.
                Forget(write.Owner);
            }
            catch
            {
                Forget(write.Owner);
                throw;
            }
        }

        throw new LogUnavailableException($"{write.Owner}: others wrote {Rounds} times in between.");
    }

    public static async Task<AzureTablesHead> ReadHead(TableClient table, string partition, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, AzureTablesText.HeadRow, cancellationToken: cancellationToken);
        return found.HasValue ? AzureTablesHead.Read(found.Value!) : AzureTablesHead.Missing;
    }

    private async Task<AzureTablesHead> Commit(string partition, AzureTablesBatch batch, AzureTablesHead head, LogHead next)
    {
        var begun = head.GiveUp();
        if (batch.FitsOneTransaction)
            return await Submit(partition, begun with { Head = next }, await batch.Whole(Read));

        var attempt = begun.Attempts + 1;
        var staging = begun with { Attempts = attempt, Staging = attempt };
        await foreach (var actions in batch.Staged(attempt, staging, Read))
            staging = await Submit(partition, staging, actions);
        return await Submit(partition, staging with { Head = next, Staging = 0 }, batch.Last());

        async Task<TableEntity?> Read(string row)
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row);
            return found.HasValue ? found.Value : null;
        }
    }

    private async Task<AzureTablesHead> Submit(string partition, AzureTablesHead head, List<TableTransactionAction> actions)
    {
        actions.Insert(0, head.Action(partition));
        var answers = await table.SubmitTransactionAsync(actions);
        return head with { ETag = answers.Value[0].Headers.ETag ?? throw new LogUnavailableException("Azure Tables gave no etag.") };
    }

    /// <summary>
    /// Deletes the rows that a trim has put out of the log. Not part of the write: where it fails, the next one goes on from where
    /// the head says that this one began.
    /// </summary>
    private async Task<AzureTablesHead> Sweep(string partition, AzureTablesHead stored)
    {
        foreach (var bounds in stored.Head.Tracks)
        {
            var below = stored.SweptBelow(bounds.Track);
            if (below >= bounds.First)
                continue;
            try
            {
                var (from, to) = (AzureTablesText.Row(bounds.Track, below), AzureTablesText.Row(bounds.Track, bounds.First));
                var rows = table.QueryAsync<TableEntity>(
                    TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}"), 100, ["PartitionKey", "RowKey"]);
                await foreach (var page in rows.AsPages())
                    if (page.Values.Count > 0)
                        await table.SubmitTransactionAsync(page.Values.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)));
                stored = stored with { Swept = stored.Swept.SetItem(bounds.Track, bounds.First) };
            }
            catch (Exception fault) when (AzureTablesConnection.IsFault(fault))
            {
                return stored;
            }
        }

        return stored;
    }

    private AzureTablesHead? Recall(LogOwner owner)
    {
        lock (_lock)
            return _heads.Find(owner);
    }

    private void Remember(LogOwner owner, AzureTablesHead head)
    {
        lock (_lock)
            _heads.Set(owner, head);
    }

    private void Forget(LogOwner owner)
    {
        lock (_lock)
            _heads.Remove(owner);
    }
}
