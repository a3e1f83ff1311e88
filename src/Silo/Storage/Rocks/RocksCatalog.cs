using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using ChatOrleans.Grains.Logs;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>What lies in the database, by its keys: one look-up for each owner, whatever it holds.</summary>
internal sealed class RocksCatalog(RocksDatabase database) : IStoreCatalog
{
    private const int PageStates = 1_000;

    public async IAsyncEnumerable<LogOwner> Owners(LogOwner? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        while (Next(after) is { } owner)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return owner;
            after = owner;
        }
    }

    public async IAsyncEnumerable<StateName> States([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        byte[]? after = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = Page(after);
            foreach (var key in page)
                yield return Parse(key);
            if (page.Count < PageStates)
                yield break;
            after = page[^1];
        }
    }

    private LogOwner? Next(LogOwner? after)
    {
        Span<byte> start = stackalloc byte[RocksKeys.MaxLength];
        Span<byte> end = [(byte)'L' + 1];
        var length = 1;
        start[0] = (byte)'L';
        if (after is { } owner)
        {
            // Behind the 0 that closes an owner's name, and before all that a longer name could begin with.
            length += Encoding.UTF8.GetBytes(owner.Value, start[1..]);
            start[length++] = 1;
        }

        using var cursor = new RocksCursor(database, start[..length], end);
        if (!cursor.MoveNext())
            return null;
        var name = cursor.Key[1..];
        return new LogOwner(Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]));
    }

    private List<byte[]> Page(byte[]? after)
    {
        Span<byte> end = [(byte)'S' + 1];
        var page = new List<byte[]>();
        using var cursor = new RocksCursor(database, after is null ? "S"u8 : [.. after, 0], end);
        while (page.Count < PageStates && cursor.MoveNext())
            page.Add(cursor.Key.ToArray());
        return page;
    }

    private static StateName Parse(ReadOnlySpan<byte> key)
    {
        var rest = key[1..];
        var type = Part(ref rest);
        var grain = Part(ref rest);
        return new StateName(new GrainId(new GrainType(type), new IdSpan(grain)), Encoding.UTF8.GetString(rest));
    }

    private static byte[] Part(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(rest);
        var part = rest.Slice(sizeof(int), length).ToArray();
        rest = rest[(sizeof(int) + length)..];
        return part;
    }
}
