using System.Text;
using ChatOrleans.Grains.Logs;
using StackExchange.Redis;

namespace ChatOrleans.Silo.Storage.Redis;

/// <summary>The keys of one owner in Redis. The braces keep them together where Redis is itself a cluster.</summary>
internal readonly struct RedisOwnerKeys(RedisStoreOptions options, LogOwner owner)
{
    private readonly string _base = $"{options.KeyPrefix}/log/{{{owner.Value}}}/";

    public RedisKey Head => _base + "h";
    public RedisKey Keys => _base + "k";
    public RedisKey KeyNames => _base + "n";
    public RedisKey Rows(LogTrack track) => $"{_base}r{(int)track}";
}

/// <summary>A write as keys and arguments of <see cref="RedisScripts.Write"/>.</summary>
internal static class RedisWrite
{
    private const int FirstTrackPosition = 4;

    public static (RedisKey[] Keys, RedisValue[] Arguments) Encode(RedisStoreOptions options, LogWrite write)
    {
        var owner = new RedisOwnerKeys(options, write.Owner);
        List<RedisKey> keys = [owner.Head, owner.Keys, owner.KeyNames];
        List<LogTrack> tracks = [];
        int Position(LogTrack track)
        {
            var at = tracks.IndexOf(track);
            if (at < 0)
            {
                at = tracks.Count;
                tracks.Add(track);
                keys.Add(owner.Rows(track));
            }

            return FirstTrackPosition + at;
        }

        List<RedisValue> arguments = [write.ExpectedGeneration, write.Generation, write.Appends.Length];
        foreach (var append in write.Appends)
        {
            arguments.AddRange([Position(append.Track), (int)append.Track, append.First, append.Rows.Length]);
            foreach (var row in append.Rows)
                arguments.Add(row);
        }

        arguments.Add(write.Replacements.Length);
        foreach (var replacement in write.Replacements)
            arguments.AddRange([Position(replacement.Track), (int)replacement.Track, replacement.Index, replacement.Row]);
        arguments.Add(write.Trims.Length);
        foreach (var trim in write.Trims)
            arguments.AddRange([Position(trim.Track), (int)trim.Track, trim.First]);
        arguments.Add(write.Keys.Length);
        foreach (var key in write.Keys)
            arguments.AddRange([Encoding.UTF8.GetBytes(key.Key), key.Value is null ? 0 : 1, key.Value ?? ReadOnlyMemory<byte>.Empty]);
        return ([.. keys], [.. arguments]);
    }
}
