using System.Runtime.CompilerServices;
using ChatOrleans.Grains.Logs;
using Orleans.Runtime;
using StackExchange.Redis;

namespace ChatOrleans.Silo.Storage.Redis;

/// <summary>
/// What lies in Redis, by its keys. Redis tells keys in no order and some twice, so the names are gathered first: Redis holds them in
/// memory too, and with them all that they stand for.
/// </summary>
internal sealed class RedisCatalog(RedisConnection connection) : IStoreCatalog
{
    public async IAsyncEnumerable<LogOwner> Owners(LogOwner? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var owner in await Names($"{connection.Options.KeyPrefix}/log/{{", "}/h", cancellationToken))
            if (after is null || string.CompareOrdinal(owner, after.Value.Value) > 0)
                yield return new LogOwner(owner);
    }

    public async IAsyncEnumerable<StateName> States([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var state in await Names(RedisStateKeys.Prefix(connection.Options), "", cancellationToken))
            yield return RedisStateKeys.Parse(state);
    }

    /// <summary>What stands between prefix and suffix in the keys that have both, in order.</summary>
    private async Task<SortedSet<string>> Names(string prefix, string suffix, CancellationToken cancellationToken)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var server in connection.Multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
                await foreach (var key in server.KeysAsync(connection.Database.Database, $"{prefix}*{suffix}", 1_000).WithCancellation(cancellationToken))
                    found.Add(key.ToString()[prefix.Length..^suffix.Length]);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new LogUnavailableException($"Redis did not answer: {fault.Message}");
        }

        return found;
    }
}

/// <summary>Where a grain's state lies: <c>chat/state/type/key/name</c>.</summary>
internal static class RedisStateKeys
{
    public static string Prefix(RedisStoreOptions options) => $"{options.KeyPrefix}/state/";

    public static string Key(RedisStoreOptions options, string stateName, GrainId grain) => $"{Prefix(options)}{grain}/{stateName}";

    /// <summary>A grain's type and a state's name hold no slash; a grain's key may.</summary>
    public static StateName Parse(ReadOnlySpan<char> key)
    {
        var (type, name) = (key.IndexOf('/'), key.LastIndexOf('/'));
        return new StateName(GrainId.Create(key[..type].ToString(), key[(type + 1)..name].ToString()), key[(name + 1)..].ToString());
    }
}
