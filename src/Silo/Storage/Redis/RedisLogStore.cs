using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using ChatOrleans.Grains.Logs;
using StackExchange.Redis;

namespace ChatOrleans.Silo.Storage.Redis;

/// <summary>
/// Logs in Redis: one script per write checks and applies it as one step; reads of one row or key cost the same however long the
/// log is. Redis itself takes the writes of all members that wait into one sync of its own log.
/// </summary>
public sealed class RedisLogStore(RedisConnection connection) : ILogStore
{
    private const int ScanRows = 256;

    public async ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default)
    {
        LogRules.CheckOwner(owner);
        var fields = await Guard(database => database.HashGetAllAsync(new RedisOwnerKeys(connection.Options, owner).Head), cancellationToken);
        long generation = 0;
        SortedDictionary<byte, (long First, long Last)> tracks = [];
        foreach (var field in fields)
        {
            var name = field.Name.ToString();
            if (name == "g")
            {
                generation = (long)field.Value;
                continue;
            }

            var track = byte.Parse(name.AsSpan(1), CultureInfo.InvariantCulture);
            var bounds = tracks.GetValueOrDefault(track, (1, 0));
            tracks[track] = name[0] == 'f' ? ((long)field.Value, bounds.Last) : (bounds.First, (long)field.Value);
        }

        return generation == 0
            ? LogHead.Empty
            : new LogHead(generation, [.. tracks.Select(track => new TrackBounds((LogTrack)track.Key, track.Value.First, track.Value.Last))]);
    }

    public async ValueTask<LogRows> Read(
        LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes = int.MaxValue, CancellationToken cancellationToken = default)
    {
        LogRules.CheckRead(owner, track, maxRows);
        var keys = new RedisOwnerKeys(connection.Options, owner);
        var found = (RedisResult[])(await Guard(
            database => database.ScriptEvaluateAsync(RedisScripts.Read, [keys.Head, keys.Rows(track)], [(int)track, from, maxRows, maxBytes]),
            cancellationToken))!;
        if (found.Length == 1)
            return new LogRows(0, []);
        var rows = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(found.Length - 1);
        for (var i = 1; i < found.Length; i++)
            rows.Add((byte[])found[i]!);
        return new LogRows((long)found[0], rows.MoveToImmutable());
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReadKey(LogOwner owner, string key, CancellationToken cancellationToken = default)
    {
        LogRules.CheckOwner(owner);
        LogRules.CheckKey(key);
        var keys = new RedisOwnerKeys(connection.Options, owner);
        var value = await Guard(database => database.HashGetAsync(keys.Keys, key), cancellationToken);
        // Not "null :": a null would become empty memory.
        return value.IsNull ? default(ReadOnlyMemory<byte>?) : (byte[])value!;
    }

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ScanKeys(
        LogOwner owner, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        LogRules.CheckOwner(owner);
        LogRules.CheckKeyPrefix(prefix);
        var keys = new RedisOwnerKeys(connection.Options, owner);
        RedisValue lower = Bound('[', prefix);
        // No UTF-8 text holds FF, so nothing that begins with the prefix lies above prefix + FF.
        RedisValue upper = Bound('(', prefix, 0xFF);
        while (true)
        {
            var from = lower;
            var found = (RedisResult[])(await Guard(
                database => database.ScriptEvaluateAsync(RedisScripts.Scan, [keys.Keys, keys.KeyNames], [from, upper, ScanRows]),
                cancellationToken))!;
            for (var i = 0; i < found.Length; i += 2)
                yield return KeyValuePair.Create((string)found[i]!, (ReadOnlyMemory<byte>)(byte[])found[i + 1]!);
            if (found.Length < 2 * ScanRows)
                yield break;
            lower = Bound('(', (string)found[^2]!);
        }
    }

    public async Task Write(LogWrite write)
    {
        LogRules.CheckShape(write);
        var (keys, arguments) = RedisWrite.Encode(connection.Options, write);
        var refusal = (string?)await Guard(database => database.ScriptEvaluateAsync(RedisScripts.Write, keys, arguments), default);
        if (refusal is not null)
            throw new LogConflictException($"{write.Owner}: {refusal}.");
    }

    private static byte[] Bound(char kind, string text, params ReadOnlySpan<byte> end) => [(byte)kind, .. Encoding.UTF8.GetBytes(text), .. end];

    private async Task<T> Guard<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(connection.Database).WaitAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new LogUnavailableException($"Redis did not answer: {fault.Message}");
        }
    }
}
