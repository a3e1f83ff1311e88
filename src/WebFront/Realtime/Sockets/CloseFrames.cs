using System.Buffers.Binary;

namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>Close frames as they go over the wire, written by us or by the platform.</summary>
internal static class CloseFrames
{
    private const byte Opcode = 0x88;
    private const int ProtocolError = 1002;
    private const int InvalidPayload = 1007;

    public static bool IsOne(ReadOnlySpan<byte> frame) => !frame.IsEmpty && frame[0] == Opcode;

    /// <summary>What the platform refuses by itself, such as invalid UTF-8, is a malformed frame in our contract.</summary>
    public static ReadOnlyMemory<byte> AsOurs(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length < 4 || !IsOne(frame.Span) || BinaryPrimitives.ReadUInt16BigEndian(frame.Span[2..]) is not (ProtocolError or InvalidPayload))
        {
            return frame;
        }

        var ours = frame.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(ours.AsSpan(2), (ushort)CloseCode.Malformed);
        return ours;
    }
}
