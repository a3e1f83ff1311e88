using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using ChatOrleans.Grains.Logs;
using RocksDbSharp;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>Point and range reads that allocate only what they return. Each throws <see cref="LogUnavailableException"/>.</summary>
internal static unsafe class RocksReads
{
    private static readonly ReadOptions s_plain = new();

    [ThreadStatic]
    private static List<ReadOnlyMemory<byte>>? t_rows;

    /// <summary>The value at a key; null where there is none.</summary>
    public static byte[]? Get(this RocksDatabase database, ReadOnlySpan<byte> key)
    {
        var native = Native.Instance;
        var session = database.Enter();
        nint slice = 0;
        try
        {
            fixed (byte* start = key)
                slice = native.rocksdb_get_pinned(session.DangerousGetHandle(), s_plain.Handle, start, (nuint)key.Length);
            if (slice == 0)
                return null;
            var value = native.rocksdb_pinnableslice_value(slice, out var length);
            return value == 0 ? null : new ReadOnlySpan<byte>((void*)value, checked((int)length)).ToArray();
        }
        catch (RocksDbException fault)
        {
            throw Unavailable(fault);
        }
        finally
        {
            if (slice != 0)
                native.rocksdb_pinnableslice_destroy(slice);
            session.DangerousRelease();
        }
    }

    /// <summary>
    /// An owner's head as of one moment. A track's last index is that of its last row: the head row is written only when something
    /// else in it changes, which spares every append a third of its rows.
    /// </summary>
    public static LogHead Head(this RocksDatabase database, LogOwner owner)
    {
        Span<byte> key = stackalloc byte[RocksKeys.MaxLength];
        Span<byte> end = stackalloc byte[RocksKeys.MaxLength];
        var head = RocksKeys.Head(key, owner);
        // A point read first: for an owner that is new, a filter says so without a walk.
        if (database.Get(head) is null)
            return LogHead.Empty;

        using var cursor = new RocksCursor(database, head, end[..RocksKeys.Prefix(end, owner, RocksKeys.KeyTrack)]);
        if (!cursor.MoveNext())
            return LogHead.Empty;
        var stored = RocksHead.Decode(cursor.Value);
        var tracks = new TrackBounds[stored.Tracks.Length];
        for (var i = 0; i < tracks.Length; i++)
        {
            var bounds = stored.Tracks[i];
            var prefix = RocksKeys.Prefix(key, owner, (byte)bounds.Track);
            var found = cursor.MoveToLast(RocksKeys.Row(key, prefix, long.MaxValue)) && cursor.Key.StartsWith(key[..prefix]);
            tracks[i] = bounds with { Last = found ? RocksKeys.Index(cursor.Key) : bounds.First - 1 };
        }

        return new LogHead(stored.Generation, ImmutableCollectionsMarshal.AsImmutableArray(tracks));
    }

    public static LogRows Rows(this RocksDatabase database, LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes)
    {
        Span<byte> start = stackalloc byte[RocksKeys.MaxLength];
        Span<byte> end = stackalloc byte[RocksKeys.MaxLength];
        var prefix = RocksKeys.Prefix(start, owner, (byte)track);
        RocksKeys.Prefix(end, owner, (byte)(track + 1));

        var rows = t_rows ??= [];
        try
        {
            long first = 0, bytes = 0;
            using var cursor = new RocksCursor(database, RocksKeys.Row(start, prefix, Math.Max(1, from)), end[..prefix]);
            while (rows.Count < maxRows && (rows.Count == 0 || bytes < maxBytes) && cursor.MoveNext())
            {
                if (rows.Count == 0)
                    first = RocksKeys.Index(cursor.Key);
                var row = cursor.Value;
                bytes += row.Length;
                rows.Add(row.ToArray());
            }

            return new LogRows(first, [.. rows]);
        }
        finally
        {
            rows.Clear();
        }
    }

    /// <summary>
    /// Up to <paramref name="maxRows"/> keys that begin with <paramref name="prefix"/> and come after <paramref name="after"/>, where
    /// that is given.
    /// </summary>
    public static ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> Keys(
        this RocksDatabase database, LogOwner owner, string prefix, string? after, int maxRows, int maxBytes)
    {
        Span<byte> start = stackalloc byte[RocksKeys.MaxLength + 1];
        Span<byte> end = stackalloc byte[RocksKeys.MaxLength + 1];
        var startLength = RocksKeys.Key(start, owner, after ?? prefix).Length;
        if (after is not null)
            start[startLength++] = 0;
        // No UTF-8 text holds FF, so nothing that begins with the prefix lies at or above prefix + FF.
        var endLength = RocksKeys.Key(end, owner, prefix).Length;
        end[endLength++] = 0xFF;

        var found = ImmutableArray.CreateBuilder<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        var keyAt = RocksKeys.Prefix(stackalloc byte[RocksKeys.MaxLength], owner, RocksKeys.KeyTrack);
        long bytes = 0;
        using var cursor = new RocksCursor(database, start[..startLength], end[..endLength]);
        while (found.Count < maxRows && (found.Count == 0 || bytes < maxBytes) && cursor.MoveNext())
        {
            var value = cursor.Value;
            bytes += value.Length;
            found.Add(KeyValuePair.Create(Encoding.UTF8.GetString(cursor.Key[keyAt..]), (ReadOnlyMemory<byte>)value.ToArray()));
        }

        return found.DrainToImmutable();
    }

    public static LogUnavailableException Unavailable(RocksDbException fault) => new($"The store cannot be read: {fault.Message}");
}
