using Azure.Data.Tables;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// A write as entities. One transaction takes 100 of them and 4 MiB, one of which is the head; a longer write goes in several, and
/// counts only with the last: appended rows lie beyond the head's last index until then, and keys name the attempt that set them.
/// </summary>
internal sealed class AzureTablesBatch
{
    private const int MaxActions = 99;
    private const int MaxBytes = AzureTablesBytes.MaxTransaction;
    private readonly string _partition;
    private readonly Dictionary<string, (TableEntity Entity, int Bytes)> _appended = [];
    private readonly Dictionary<string, (TableEntity Entity, int Bytes)> _replaced = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>?> _keys = [];

    public AzureTablesBatch(string partition, LogWrite write)
    {
        _partition = partition;
        foreach (var append in write.Appends)
            for (var i = 0; i < append.Rows.Length; i++)
                Add(_appended, AzureTablesText.Row(append.Track, append.First + i), append.Rows[i]);
        foreach (var replacement in write.Replacements)
        {
            var row = AzureTablesText.Row(replacement.Track, replacement.Index);
            Add(_appended.ContainsKey(row) ? _appended : _replaced, row, replacement.Row);
        }

        foreach (var key in write.Keys)
            _keys[AzureTablesText.Key(key.Key)] = key.Value;
        if (_replaced.Count > MaxActions || _replaced.Values.Sum(replaced => (long)replaced.Bytes) > MaxBytes)
            throw new ArgumentException($"{write.Owner}: Azure Tables replaces at most {MaxActions} rows and {MaxBytes} bytes in one write.");
    }

    public bool FitsOneTransaction =>
        _appended.Count + _replaced.Count + _keys.Count <= MaxActions
        && _appended.Values.Concat(_replaced.Values).Sum(row => (long)row.Bytes) + _keys.Values.Sum(value => (long)(value?.Length ?? 0)) <= MaxBytes;

    /// <summary>All of it. A key is deleted only where it is: deleting nothing would fail the transaction.</summary>
    public async Task<List<TableTransactionAction>> Whole(Func<string, Task<TableEntity?>> read)
    {
        var actions = Upserts(_appended.Values.Concat(_replaced.Values).Select(row => row.Entity));
        foreach (var (row, value) in _keys)
            if (value is { } bytes)
                actions.Add(Upsert(new TableEntity(_partition, row).With(bytes)));
            else if (await read(row) is { } present)
                actions.Add(new TableTransactionAction(TableTransactionActionType.Delete, present, Azure.ETag.All));
        return actions;
    }

    /// <summary>What counts only once the head does, in transactions of their own.</summary>
    public async IAsyncEnumerable<List<TableTransactionAction>> Staged(long attempt, AzureTablesHead head, Func<string, Task<TableEntity?>> read)
    {
        var actions = new List<TableTransactionAction>();
        long bytes = 0;
        foreach (var row in _appended.Values)
        {
            if (actions.Count == MaxActions || (actions.Count > 0 && bytes + row.Bytes > MaxBytes))
            {
                yield return actions;
                (actions, bytes) = ([], 0);
            }

            actions.Add(Upsert(row.Entity));
            bytes += row.Bytes;
        }

        foreach (var (row, value) in _keys)
        {
            var entity = StagedKey(row, value, attempt, head, await read(row));
            if (actions.Count == MaxActions || bytes > MaxBytes - 2 * AzureTablesBytes.MaxLength)
            {
                yield return actions;
                (actions, bytes) = ([], 0);
            }

            actions.Add(Upsert(entity));
            bytes += value?.Length ?? 0;
        }

        if (actions.Count > 0)
            yield return actions;
    }

    /// <summary>What goes with the head itself.</summary>
    public List<TableTransactionAction> Last() => Upserts(_replaced.Values.Select(row => row.Entity));

    /// <summary>The value of a key's row as it counts under a head; null where it counts as none.</summary>
    public static byte[]? Value(TableEntity entity, AzureTablesHead? head)
    {
        var name = entity.GetInt64("Attempt") is not { } attempt || head!.Counts(attempt) ? "Data" : "Before";
        return entity.HasBytes(name) ? entity.Bytes(name) : null;
    }

    private TableEntity StagedKey(string row, ReadOnlyMemory<byte>? value, long attempt, AzureTablesHead head, TableEntity? present)
    {
        var entity = new TableEntity(_partition, row) { ["Attempt"] = attempt };
        if (value is { } bytes)
            entity.With(bytes);
        if (present is not null && Value(present, head) is { } before)
            entity.With(before, "Before");
        return entity;
    }

    private void Add(Dictionary<string, (TableEntity Entity, int Bytes)> rows, string row, ReadOnlyMemory<byte> bytes) =>
        rows[row] = (new TableEntity(_partition, row).With(bytes), bytes.Length + 200);

    private static List<TableTransactionAction> Upserts(IEnumerable<TableEntity> entities) => [.. entities.Select(Upsert)];

    private static TableTransactionAction Upsert(TableEntity entity) => new(TableTransactionActionType.UpsertReplace, entity);
}
