using System.Buffers.Binary;
using System.Text;
using ChatOrleans.Grains.Logs;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// Where everything lies in the one database, in key order:
/// <c>L owner 0 0</c> is an owner's head, <c>L owner 0 track index</c> a row (index: 8 bytes, big-endian),
/// <c>L owner 0 FF key</c> a key, <c>S length type length key name</c> a grain's state, and <c>F</c> the format's number.
/// </summary>
/// <remarks>An owner holds no control character, so its closing 0 makes every owner's range its own.</remarks>
internal static class RocksKeys
{
    /// <summary>Enough for every log key: space for one on the stack.</summary>
    public const int MaxLength = 1 + LogRules.MaxOwnerBytes + 2 + LogRules.MaxKeyBytes + 1;

    public const byte KeyTrack = 0xFF;
    private const byte HeadTrack = 0;

    public static ReadOnlySpan<byte> Format => "F"u8;

    /// <summary>Writes <c>L owner 0 track</c>; returns its length. The other methods go on from there.</summary>
    public static int Prefix(Span<byte> into, LogOwner owner, byte track)
    {
        into[0] = (byte)'L';
        var length = 1 + Encoding.UTF8.GetBytes(owner.Value, into[1..]);
        into[length] = 0;
        into[length + 1] = track;
        return length + 2;
    }

    public static ReadOnlySpan<byte> Head(Span<byte> into, LogOwner owner) => into[..Prefix(into, owner, HeadTrack)];

    public static ReadOnlySpan<byte> Row(Span<byte> into, int prefix, long index)
    {
        BinaryPrimitives.WriteInt64BigEndian(into[prefix..], index);
        return into[..(prefix + sizeof(long))];
    }

    public static long Index(ReadOnlySpan<byte> rowKey) => BinaryPrimitives.ReadInt64BigEndian(rowKey[^sizeof(long)..]);

    public static ReadOnlySpan<byte> Key(Span<byte> into, LogOwner owner, string key)
    {
        var prefix = Prefix(into, owner, KeyTrack);
        return into[..(prefix + Encoding.UTF8.GetBytes(key, into[prefix..]))];
    }

    /// <summary>Type and key of a grain are any bytes; their lengths keep <c>a + bc</c> and <c>ab + c</c> apart.</summary>
    public static byte[] State(string stateName, GrainId grain)
    {
        var type = grain.Type.AsSpan();
        var key = grain.Key.AsSpan();
        var into = new byte[1 + 4 + type.Length + 4 + key.Length + Encoding.UTF8.GetByteCount(stateName)];
        into[0] = (byte)'S';
        var rest = into.AsSpan(1);
        foreach (var part in (ReadOnlySpan<IdSpan>)[grain.Type.Value, grain.Key])
        {
            var bytes = part.AsSpan();
            BinaryPrimitives.WriteInt32BigEndian(rest, bytes.Length);
            bytes.CopyTo(rest[4..]);
            rest = rest[(4 + bytes.Length)..];
        }

        Encoding.UTF8.GetBytes(stateName, rest);
        return into;
    }
}
