using System.Buffers.Binary;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>Frames of RFC 6455 as bytes.</summary>
internal static class WireFrames
{
    /// <summary>Writes a client's frame and returns its length.</summary>
    public static int Write(Span<byte> span, byte opcode, ReadOnlySpan<byte> payload)
    {
        span[0] = opcode;
        var header = 2;
        if (payload.Length < 126)
        {
            span[1] = (byte)(0x80 | payload.Length);
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            span[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)payload.Length);
            header = 4;
        }
        else
        {
            span[1] = 0x80 | 127;
            BinaryPrimitives.WriteInt64BigEndian(span[2..], payload.Length);
            header = 10;
        }

        span.Slice(header, 4).Clear();
        payload.CopyTo(span[(header + 4)..]);
        return header + 4 + payload.Length;
    }

    /// <summary>Reads a server's frame; false where it is not whole yet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out byte opcode, out int header, out int length)
    {
        (opcode, header, length) = (0, 2, 0);
        if (bytes.Length < 2)
        {
            return false;
        }

        opcode = bytes[0];
        switch (bytes[1])
        {
            case 126 when bytes.Length >= 4:
                (header, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
                break;
            case 127 when bytes.Length >= 10:
                (header, length) = (10, (int)BinaryPrimitives.ReadInt64BigEndian(bytes[2..]));
                break;
            case < 126:
                length = bytes[1];
                break;
            default:
                return false;
        }

        return bytes.Length >= header + length;
    }
}
