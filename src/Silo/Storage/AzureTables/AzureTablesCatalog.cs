using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>What lies in the tables. Owners are found by leaps, one query for each: a walk would go over every row of every log.</summary>
internal sealed class AzureTablesCatalog(AzureTablesConnection connection, IOptions<ClusterOptions> cluster) : IStoreCatalog
{
    private static readonly string[] s_keys = ["PartitionKey", "RowKey"];

    public async IAsyncEnumerable<LogOwner> Owners(LogOwner? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = after is { } owner ? AzureTablesText.Escape(owner.Value) : "";
        while (await First(TableClient.CreateQueryFilter($"PartitionKey gt {last}"), cancellationToken) is { } next)
        {
            yield return new LogOwner(AzureTablesText.Unescape(next));
            last = next;
        }
    }

    public async IAsyncEnumerable<StateName> States([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var service = AzureTablesText.Escape(cluster.Value.ServiceId);
        var (from, to) = (service + "_", service + (char)('_' + 1));
        var states = connection.States.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {to}"), 1_000, s_keys, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (states)
            while (await Guard(() => states.MoveNextAsync(), cancellationToken))
            {
                if (AzureTablesStateRows.IsMore(states.Current.RowKey))
                    continue;
                var grain = states.Current.PartitionKey[from.Length..];
                // A grain's type holds no underscore.
                var type = grain.IndexOf('_', StringComparison.Ordinal);
                yield return new StateName(
                    GrainId.Create(AzureTablesText.Unescape(grain[..type]), AzureTablesText.Unescape(grain[(type + 1)..])),
                    AzureTablesText.Unescape(states.Current.RowKey));
            }
    }

    private async Task<string?> First(string filter, CancellationToken cancellationToken)
    {
        var found = connection.Logs.QueryAsync<TableEntity>(filter, 1, s_keys, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (found)
            return await Guard(() => found.MoveNextAsync(), cancellationToken) ? found.Current.PartitionKey : null;
    }

    private static async Task<bool> Guard(Func<ValueTask<bool>> call, CancellationToken cancellationToken)
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
