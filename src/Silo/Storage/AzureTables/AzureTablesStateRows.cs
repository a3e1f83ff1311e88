using System.Globalization;
using Azure;
using Azure.Data.Tables;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// The rows of states. What one row does not hold goes on in others beside it (<c>head</c>, <c>head+1</c>, ...), which are written with it in
/// one transaction. All of them name the write that they are of, since they are not read at one moment.
/// </summary>
internal sealed class AzureTablesStateRows(TableClient table)
{
    private const char Next = '+';
    private const string WriteName = "Write";
    private const string MoreName = "More";

    /// <summary>Whether a row only goes on with another's state.</summary>
    public static bool IsMore(string row) => row.Contains(Next, StringComparison.Ordinal);

    /// <summary>Null where there is none.</summary>
    public async Task<(byte[] Bytes, AzureTablesStateTag Tag)?> Read(string partition, string row)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row);
            if (!found.HasValue)
                return null;
            var own = found.Value!;
            var more = own.GetInt32(MoreName) ?? 0;
            if (more == 0)
                return (own.Bytes(), new(own.ETag, 0));
            var others = await Task.WhenAll(Enumerable.Range(1, more).Select(async at =>
                await table.GetEntityIfExistsAsync<TableEntity>(partition, Row(row, at)) is { HasValue: true, Value: { } other } ? other : null));
            // Else it was written between these reads.
            if (others.All(other => other?.GetGuid(WriteName) == own.GetGuid(WriteName)))
                return ([.. own.Bytes(), .. others.SelectMany(other => other!.Bytes())], new(own.ETag, more));
        }

        throw new LogUnavailableException($"The state {row} is written again and again while it is read.");
    }

    /// <summary>Fails with the service's 404, 409 or 412 where it is not as <paramref name="before"/> says.</summary>
    public async Task<AzureTablesStateTag> Write(string partition, string row, ReadOnlyMemory<byte> bytes, AzureTablesStateTag before)
    {
        if (bytes.Length > AzureTablesBytes.MaxTransaction)
            throw new ArgumentException($"Azure Tables holds {AzureTablesBytes.MaxTransaction} bytes in one state, not {bytes.Length}.");
        var more = Math.Max(0, bytes.Length - 1) / AzureTablesBytes.MaxLength;
        var own = new TableEntity(partition, row).With(bytes[..Math.Min(bytes.Length, AzureTablesBytes.MaxLength)]);
        if (more == 0 && before.More == 0)
        {
            var answer = before.ETag == default
                ? await table.AddEntityAsync(own)
                : await table.UpdateEntityAsync(own, before.ETag, TableUpdateMode.Replace);
            return new(answer.Headers.ETag!.Value, 0);
        }

        var write = Guid.NewGuid();
        (own[WriteName], own[MoreName]) = (write, more);
        List<TableTransactionAction> actions =
        [
            before.ETag == default
                ? new(TableTransactionActionType.Add, own)
                : new(TableTransactionActionType.UpdateReplace, own, before.ETag),
        ];
        for (var at = 1; at <= more; at++)
        {
            var from = at * AzureTablesBytes.MaxLength;
            var part = bytes.Slice(from, Math.Min(bytes.Length - from, AzureTablesBytes.MaxLength));
            actions.Add(new(TableTransactionActionType.UpsertReplace, new TableEntity(partition, Row(row, at)) { [WriteName] = write }.With(part)));
        }

        actions.AddRange(Deletions(partition, row, more + 1, before.More));
        var answers = await table.SubmitTransactionAsync(actions);
        return new(answers.Value[0].Headers.ETag!.Value, more);
    }

    /// <summary>Fails with the service's 404 or 412 where it is not as <paramref name="before"/> says.</summary>
    public Task Delete(string partition, string row, AzureTablesStateTag before) => table.SubmitTransactionAsync(
    [
        new(TableTransactionActionType.Delete, new TableEntity(partition, row), before.ETag),
        .. Deletions(partition, row, 1, before.More),
    ]);

    private static IEnumerable<TableTransactionAction> Deletions(string partition, string row, int from, int to)
    {
        for (var at = from; at <= to; at++)
            yield return new(TableTransactionActionType.Delete, new TableEntity(partition, Row(row, at)), ETag.All);
    }

    private static string Row(string row, int at) => string.Create(CultureInfo.InvariantCulture, $"{row}{Next}{at}");
}
