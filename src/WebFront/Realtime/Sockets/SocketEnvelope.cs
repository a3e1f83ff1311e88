using System.Buffers.Binary;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime.Sessions;

namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>One WebSocket text frame for each event; many of them can still be one write.</summary>
internal sealed class SocketEnvelope : FrameEnvelope
{
    public static readonly SocketEnvelope Single = new();

    public override FrameEncoding Encoding => FrameEncoding.Json;

    public override int BeginFrame(FrameBuffer buffer, int count)
    {
        var begun = buffer.Length;
        buffer.Reserve(WebSocketHeader.Usual);
        buffer.Advance(WebSocketHeader.Usual);
        return begun;
    }

    public override void EndFrame(FrameBuffer buffer, int begun)
    {
        var payload = buffer.Length - begun - WebSocketHeader.Usual;
        var size = WebSocketHeader.Size(payload);
        if (size != WebSocketHeader.Usual)
        {
            buffer.Shift(begun + WebSocketHeader.Usual, size - WebSocketHeader.Usual);
        }

        WebSocketHeader.Write(buffer.At(begun, size), payload);
    }
}

/// <summary><c>batch=1</c>: what goes out in one write is one text frame that holds all of it, where it is more than one event.</summary>
internal sealed class SocketBatchEnvelope : FrameEnvelope
{
    public static readonly SocketBatchEnvelope Batched = new();

    private static ReadOnlySpan<byte> Opening => "{\"event_type\":\"batch\",\"events\":["u8;

    /// <summary>Where the first event lies; the longest header fits before the opening.</summary>
    private static int First => WebSocketHeader.Longest + Opening.Length;

    public override FrameEncoding Encoding => FrameEncoding.Json;

    public override void Begin(FrameBuffer buffer)
    {
        buffer.Reserve(First);
        buffer.Advance(WebSocketHeader.Longest);
        buffer.Write(Opening);
    }

    public override int BeginFrame(FrameBuffer buffer, int count)
    {
        if (count > 0)
        {
            buffer.Write((byte)',');
        }

        return 0;
    }

    public override void EndFrame(FrameBuffer buffer, int begun)
    {
    }

    public override void End(FrameBuffer buffer, int count)
    {
        if (count > 1)
        {
            buffer.Write("]}"u8);
        }

        // A single event goes without the wrapping: its header is laid over the end of the opening.
        var from = count > 1 ? WebSocketHeader.Longest : First;
        var payload = buffer.Length - from;
        var size = WebSocketHeader.Size(payload);
        WebSocketHeader.Write(buffer.At(from - size, size), payload);
        buffer.Start = from - size;
    }
}

/// <summary>The header of an unfragmented, unmasked text frame (RFC 6455, 5.2): the shortest form that holds the length.</summary>
internal static class WebSocketHeader
{
    public const int Longest = 10;

    /// <summary>Of payloads from 126 to 65,535 bytes, as nearly all are.</summary>
    public const int Usual = 4;

    private const byte FinalText = 0x81;

    public static int Size(int payload) => payload switch
    {
        < 126 => 2,
        <= ushort.MaxValue => Usual,
        _ => Longest,
    };

    public static void Write(Span<byte> header, int payload)
    {
        header[0] = FinalText;
        switch (header.Length)
        {
            case 2:
                header[1] = (byte)payload;
                break;
            case Usual:
                header[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)payload);
                break;
            default:
                header[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(header[2..], (ulong)payload);
                break;
        }
    }
}
