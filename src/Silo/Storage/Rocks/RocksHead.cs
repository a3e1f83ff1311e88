using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// A head row: the generation, then each track's number and first index, little-endian. The last index is not in it: it is that of
/// the track's last row.
/// </summary>
internal static class RocksHead
{
    public const int MaxLength = sizeof(long) + LogRules.MaxTrack * TrackLength;
    private const int TrackLength = 1 + sizeof(long);

    /// <summary>Whether two heads have the same row.</summary>
    public static bool SameRow(LogHead left, LogHead right)
    {
        if (left.Generation != right.Generation || left.Tracks.Length != right.Tracks.Length)
            return false;
        for (var i = 0; i < left.Tracks.Length; i++)
            if (left.Tracks[i].Track != right.Tracks[i].Track || left.Tracks[i].First != right.Tracks[i].First)
                return false;
        return true;
    }

    public static ReadOnlySpan<byte> Encode(Span<byte> into, LogHead head)
    {
        BinaryPrimitives.WriteInt64LittleEndian(into, head.Generation);
        var at = sizeof(long);
        foreach (var bounds in head.Tracks)
        {
            into[at] = (byte)bounds.Track;
            BinaryPrimitives.WriteInt64LittleEndian(into[(at + 1)..], bounds.First);
            at += TrackLength;
        }

        return into[..at];
    }

    /// <summary>Every track as if it held no row.</summary>
    public static LogHead Decode(ReadOnlySpan<byte> row)
    {
        var tracks = new TrackBounds[(row.Length - sizeof(long)) / TrackLength];
        for (var i = 0; i < tracks.Length; i++)
        {
            var track = row[(sizeof(long) + i * TrackLength)..];
            var first = BinaryPrimitives.ReadInt64LittleEndian(track[1..]);
            tracks[i] = new TrackBounds((LogTrack)track[0], first, first - 1);
        }

        return new LogHead(BinaryPrimitives.ReadInt64LittleEndian(row), ImmutableCollectionsMarshal.AsImmutableArray(tracks));
    }
}
