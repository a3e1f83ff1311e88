using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>A head row's bytes: the generation, then track, first and last of each track; little-endian.</summary>
internal static class RocksHead
{
    public const int MaxLength = sizeof(long) + LogRules.MaxTrack * TrackLength;
    private const int TrackLength = 1 + 2 * sizeof(long);

    public static ReadOnlySpan<byte> Encode(Span<byte> into, LogHead head)
    {
        BinaryPrimitives.WriteInt64LittleEndian(into, head.Generation);
        var at = sizeof(long);
        foreach (var bounds in head.Tracks)
        {
            into[at] = (byte)bounds.Track;
            BinaryPrimitives.WriteInt64LittleEndian(into[(at + 1)..], bounds.First);
            BinaryPrimitives.WriteInt64LittleEndian(into[(at + 1 + sizeof(long))..], bounds.Last);
            at += TrackLength;
        }

        return into[..at];
    }

    public static LogHead Decode(ReadOnlySpan<byte> row)
    {
        var tracks = new TrackBounds[(row.Length - sizeof(long)) / TrackLength];
        for (var i = 0; i < tracks.Length; i++)
        {
            var track = row[(sizeof(long) + i * TrackLength)..];
            tracks[i] = new TrackBounds(
                (LogTrack)track[0],
                BinaryPrimitives.ReadInt64LittleEndian(track[1..]),
                BinaryPrimitives.ReadInt64LittleEndian(track[(1 + sizeof(long))..]));
        }

        return new LogHead(BinaryPrimitives.ReadInt64LittleEndian(row), ImmutableCollectionsMarshal.AsImmutableArray(tracks));
    }
}
