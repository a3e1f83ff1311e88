using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>SignalR's MessagePack protocol: each message is an array, after its length in groups of seven bits.</summary>
internal sealed class HubMessagePackProtocol : WireProtocol
{
    private const byte Completion = 3;
    private const byte WithError = 1;

    public override byte Opcode => WireSocket.Binary;

    public override ReadOnlySpan<byte> Handshake => "{\"protocol\":\"messagepack\",\"version\":1}\u001e"u8;

    public override ReadOnlySpan<byte> KeepAlive => [2, 0x91, 6];

    public override string Path => "/hubs/chat";

    public override int Send(Span<byte> to, long request, ReadOnlySpan<byte> room, ReadOnlySpan<byte> text, long clientId)
    {
        var pieces = new Pieces(to[5..]);
        Begin(ref pieces, request, "SendMessage"u8, arguments: 4);
        String(ref pieces, room);
        String(ref pieces, text);
        Digits(ref pieces, clientId);
        pieces.Add((byte)0xc0);
        return End(ref pieces, to);
    }

    public override int MarkRead(Span<byte> to, long request, ReadOnlySpan<byte> room, long seq)
    {
        var pieces = new Pieces(to[5..]);
        Begin(ref pieces, request, "MarkRead"u8, arguments: 2);
        String(ref pieces, room);
        pieces.Add((byte)0xd3);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, seq);
        pieces.Add(number);
        return End(ref pieces, to);
    }

    public override ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> payload)
    {
        // The answer to the handshake is JSON.
        if (payload[0] == (byte)'{')
        {
            var end = payload.IndexOf((byte)0x1e) + 1;
            payload = payload[end..];
            return [];
        }

        var (length, size) = (0, 0);
        do
        {
            length |= (payload[size] & 0x7f) << (7 * size);
        }
        while ((payload[size++] & 0x80) != 0);

        var message = payload.Slice(size, Math.Min(length, payload.Length - size));
        payload = payload[(size + message.Length)..];
        return message;
    }

    public override bool IsReply(ReadOnlySpan<byte> message, out long request, out bool refused)
    {
        (request, refused) = (0, false);
        // [3, headers, invocation id, kind of result, result or error]
        if (message.Length < 5 || message[1] != Completion)
        {
            return false;
        }

        var id = message[3] & 0x1f;
        refused = message[4 + id] == WithError;
        return Utf8Parser.TryParse(message.Slice(4, id), out request, out _);
    }

    public override long Last(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var at = message.LastIndexOf(Named(stackalloc byte[256], name));
        return at < 0 ? 0 : Number(message[(at + Named(stackalloc byte[256], name).Length)..]);
    }

    public override string? Text(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var value = After(message, name);
        return value.IsEmpty ? null : value[0] switch
        {
            0xd9 => Encoding.ASCII.GetString(value.Slice(2, value[1])),
            var head => Encoding.ASCII.GetString(value.Slice(1, head & 0x1f)),
        };
    }

    public override bool IsFalse(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name) => After(message, name) is [0xc2, ..];

    public override ReadOnlySpan<byte> After(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var key = Named(stackalloc byte[256], name);
        var at = message.IndexOf(key);
        return at < 0 ? [] : message[(at + key.Length)..];
    }

    private static long Number(ReadOnlySpan<byte> value) => value[0] switch
    {
        < 0x80 => value[0],
        0xcc => value[1],
        0xcd => BinaryPrimitives.ReadUInt16BigEndian(value[1..]),
        0xce => BinaryPrimitives.ReadUInt32BigEndian(value[1..]),
        0xcf or 0xd3 => BinaryPrimitives.ReadInt64BigEndian(value[1..]),
        0xd1 => BinaryPrimitives.ReadInt16BigEndian(value[1..]),
        0xd2 => BinaryPrimitives.ReadInt32BigEndian(value[1..]),
        _ => 0,
    };

    /// <summary>A name as MessagePack writes it, in its shortest form.</summary>
    private static ReadOnlySpan<byte> Named(Span<byte> to, ReadOnlySpan<byte> name)
    {
        var pieces = new Pieces(to);
        pieces.Add(name.Length < 32 ? [(byte)(0xa0 | name.Length)] : [0xd9, (byte)name.Length]);
        pieces.Add(name);
        return to[..pieces.Length];
    }

    private static void Begin(ref Pieces pieces, long request, ReadOnlySpan<byte> target, byte arguments)
    {
        pieces.Add([0x96, 1, 0x80]);
        Digits(ref pieces, request);
        String(ref pieces, target);
        pieces.Add((byte)(0x90 | arguments));
    }

    private static int End(ref Pieces pieces, Span<byte> to)
    {
        pieces.Add((byte)0x90);
        // The length goes right before the message, which lies five bytes in, and all of it is then moved to the front.
        Span<byte> prefix = stackalloc byte[5];
        var size = 0;
        for (var rest = pieces.Length; ; rest >>= 7)
        {
            prefix[size++] = (byte)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
            if (rest <= 0x7f)
            {
                break;
            }
        }

        to.Slice(5, pieces.Length).CopyTo(to[size..]);
        prefix[..size].CopyTo(to);
        return size + pieces.Length;
    }

    private static void Digits(ref Pieces pieces, long number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
        String(ref pieces, digits[..written]);
    }

    private static void String(ref Pieces pieces, scoped ReadOnlySpan<byte> text)
    {
        if (text.Length < 32)
        {
            pieces.Add((byte)(0xa0 | text.Length));
        }
        else
        {
            pieces.Add((byte)0xda);
            pieces.Add((byte)(text.Length >> 8));
            pieces.Add((byte)text.Length);
        }

        pieces.Add(text);
    }
}
