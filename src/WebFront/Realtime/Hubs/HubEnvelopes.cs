using System.Buffers.Binary;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime.Sessions;

namespace ChatOrleans.WebFront.Realtime.Hubs;

internal static class HubEnvelopes
{
    /// <param name="protocol">SignalR's name for it.</param>
    public static FrameEnvelope Of(string protocol) => protocol == "messagepack" ? HubMessagePackEnvelope.Instance : HubJsonEnvelope.Instance;
}

/// <summary>SignalR's JSON protocol: one invocation of <c>events</c> with all frames as its only argument.</summary>
internal sealed class HubJsonEnvelope : FrameEnvelope
{
    public static readonly HubJsonEnvelope Instance = new();

    private const byte RecordSeparator = 0x1e;

    public override FrameEncoding Encoding => FrameEncoding.Json;

    public override void Begin(FrameBuffer buffer) => buffer.Write("{\"type\":1,\"target\":\"events\",\"arguments\":[["u8);

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
        buffer.Write("]]}"u8);
        buffer.Write(RecordSeparator);
    }
}

/// <summary>
/// SignalR's MessagePack protocol: a length in 7-bit groups, then [1, headers, no id, "events", [frames], no streams].
/// </summary>
internal sealed class HubMessagePackEnvelope : FrameEnvelope
{
    public static readonly HubMessagePackEnvelope Instance = new();

    private const int LongestPrefix = 5;

    /// <summary>The count of frames is not known yet: an array header with 32 bits waits for it.</summary>
    private static ReadOnlySpan<byte> Opening =>
        [0x96, 1, 0x80, 0xc0, 0xa6, (byte)'e', (byte)'v', (byte)'e', (byte)'n', (byte)'t', (byte)'s', 0x91, 0xdd, 0, 0, 0, 0];

    public override FrameEncoding Encoding => FrameEncoding.MessagePack;

    public override void Begin(FrameBuffer buffer)
    {
        buffer.Reserve(LongestPrefix);
        buffer.Advance(LongestPrefix);
        buffer.Write(Opening);
    }

    public override int BeginFrame(FrameBuffer buffer, int count) => 0;

    public override void EndFrame(FrameBuffer buffer, int begun)
    {
    }

    public override void End(FrameBuffer buffer, int count)
    {
        buffer.Write((byte)0x90);
        BinaryPrimitives.WriteInt32BigEndian(buffer.At(LongestPrefix + Opening.Length - 4, 4), count);

        Span<byte> prefix = stackalloc byte[LongestPrefix];
        var size = 0;
        for (var rest = buffer.Length - LongestPrefix; ; rest >>= 7)
        {
            prefix[size++] = (byte)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
            if (rest <= 0x7f)
            {
                break;
            }
        }

        prefix[..size].CopyTo(buffer.At(LongestPrefix - size, size));
        buffer.Start = LongestPrefix - size;
    }
}
