using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>What a protocol writes, and how it tells replies from events. Holds no state.</summary>
internal abstract class WireProtocol
{
    public static WireProtocol Of(string driver) => driver switch
    {
        "hub" => new HubJsonProtocol(),
        "hub-messagepack" => new HubMessagePackProtocol(),
        _ => new SocketProtocol(),
    };

    public abstract byte Opcode { get; }

    /// <summary>Sent first; empty where there is no handshake.</summary>
    public abstract ReadOnlySpan<byte> Handshake { get; }

    /// <summary>Sent now and then by those who say nothing; empty where the server asks by itself.</summary>
    public abstract ReadOnlySpan<byte> KeepAlive { get; }

    public abstract string Path { get; }

    public abstract int Send(Span<byte> to, long request, ReadOnlySpan<byte> room, ReadOnlySpan<byte> text, long clientId);

    public abstract int MarkRead(Span<byte> to, long request, ReadOnlySpan<byte> room, long seq);

    /// <summary>Cuts the next message off a payload.</summary>
    public abstract ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> payload);

    /// <summary>An answer to something that was sent; with its number, and whether it is a refusal.</summary>
    public abstract bool IsReply(ReadOnlySpan<byte> message, out long request, out bool refused);

    /// <summary>The last number of that name; 0 where there is none.</summary>
    public virtual long Last(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name) => NumberAfter(message, Named(stackalloc byte[32], name));

    /// <summary>The first text of that name; null where there is none. ASCII without anything that is escaped.</summary>
    public virtual string? Text(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var at = message.IndexOf(Named(stackalloc byte[32], name));
        return at < 0 ? null : Encoding.ASCII.GetString(Quoted(message[(at + name.Length + 3)..]));
    }

    /// <summary>True where there is a field of that name that is false.</summary>
    public virtual bool IsFalse(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var at = message.IndexOf(Named(stackalloc byte[32], name));
        return at >= 0 && message[(at + name.Length + 3)..].StartsWith("false"u8);
    }

    /// <summary>What follows the name of an object in it; empty where there is none.</summary>
    public virtual ReadOnlySpan<byte> After(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        Span<byte> key = stackalloc byte[256];
        var at = message.IndexOf(Named(key, name));
        return at < 0 ? [] : message[(at + name.Length + 3)..];
    }

    private static ReadOnlySpan<byte> Named(Span<byte> to, ReadOnlySpan<byte> name)
    {
        var pieces = new Pieces(to);
        pieces.Add((byte)'"');
        pieces.Add(name);
        pieces.Add("\":"u8);
        return to[..pieces.Length];
    }

    private static ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> value) => value[1..(1 + value[1..].IndexOf((byte)'"'))];

    protected static long NumberAfter(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var at = message.LastIndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(message[(at + name.Length)..], out long value, out _) ? value : 0;
    }
}

/// <summary>Writes UTF-8 piece by piece.</summary>
internal ref struct Pieces(Span<byte> to)
{
    private readonly Span<byte> _to = to;

    public int Length { get; private set; }

    public void Add(scoped ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_to[Length..]);
        Length += piece.Length;
    }

    public void Add(byte piece) => _to[Length++] = piece;

    public void Add(long number)
    {
        number.TryFormat(_to[Length..], out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }
}

/// <summary>The raw WebSocket: one JSON object a frame, or a batch of events.</summary>
internal sealed class SocketProtocol : WireProtocol
{
    public override byte Opcode => WireSocket.Text;

    public override ReadOnlySpan<byte> Handshake => [];

    public override ReadOnlySpan<byte> KeepAlive => [];

    public override string Path => "/ws/notifications/";

    public override int Send(Span<byte> to, long request, ReadOnlySpan<byte> room, ReadOnlySpan<byte> text, long clientId)
    {
        var pieces = new Pieces(to);
        pieces.Add("{\"action\":\"send_message\",\"request_id\":"u8);
        pieces.Add(request);
        pieces.Add(",\"conversation_id\":\""u8);
        pieces.Add(room);
        pieces.Add("\",\"client_message_id\":\""u8);
        pieces.Add(clientId);
        pieces.Add("\",\"text\":\""u8);
        pieces.Add(text);
        pieces.Add("\"}"u8);
        return pieces.Length;
    }

    public override int MarkRead(Span<byte> to, long request, ReadOnlySpan<byte> room, long seq)
    {
        var pieces = new Pieces(to);
        pieces.Add("{\"action\":\"mark_read\",\"request_id\":"u8);
        pieces.Add(request);
        pieces.Add(",\"conversation_id\":\""u8);
        pieces.Add(room);
        pieces.Add("\",\"seq\":"u8);
        pieces.Add(seq);
        pieces.Add((byte)'}');
        return pieces.Length;
    }

    public override ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> payload)
    {
        var all = payload;
        payload = [];
        return all;
    }

    public override bool IsReply(ReadOnlySpan<byte> message, out long request, out bool refused)
    {
        (request, refused) = (0, false);
        if (message.StartsWith("{\"event_type\":\"error\""u8))
        {
            refused = true;
        }
        else if (!message.StartsWith("{\"event_type\":\"reply\""u8))
        {
            return false;
        }

        var head = message[..Math.Min(message.Length, 80)];
        request = NumberAfter(head, "\"request_id\":"u8);
        refused |= head.IndexOf("\"ok\":false"u8) >= 0;
        return true;
    }
}

/// <summary>SignalR's JSON protocol: messages that end with a record separator.</summary>
internal sealed class HubJsonProtocol : WireProtocol
{
    public override byte Opcode => WireSocket.Text;

    public override ReadOnlySpan<byte> Handshake => "{\"protocol\":\"json\",\"version\":1}\u001e"u8;

    public override ReadOnlySpan<byte> KeepAlive => "{\"type\":6}\u001e"u8;

    public override string Path => "/hubs/chat";

    public override int Send(Span<byte> to, long request, ReadOnlySpan<byte> room, ReadOnlySpan<byte> text, long clientId)
    {
        var pieces = new Pieces(to);
        pieces.Add("{\"type\":1,\"invocationId\":\""u8);
        pieces.Add(request);
        pieces.Add("\",\"target\":\"SendMessage\",\"arguments\":[\""u8);
        pieces.Add(room);
        pieces.Add("\",\""u8);
        pieces.Add(text);
        pieces.Add("\",\""u8);
        pieces.Add(clientId);
        pieces.Add("\",null]}\u001e"u8);
        return pieces.Length;
    }

    public override int MarkRead(Span<byte> to, long request, ReadOnlySpan<byte> room, long seq)
    {
        var pieces = new Pieces(to);
        pieces.Add("{\"type\":1,\"invocationId\":\""u8);
        pieces.Add(request);
        pieces.Add("\",\"target\":\"MarkRead\",\"arguments\":[\""u8);
        pieces.Add(room);
        pieces.Add("\","u8);
        pieces.Add(seq);
        pieces.Add("]}\u001e"u8);
        return pieces.Length;
    }

    public override ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> payload)
    {
        var end = payload.IndexOf((byte)0x1e);
        var message = end < 0 ? payload : payload[..end];
        payload = end < 0 ? [] : payload[(end + 1)..];
        return message;
    }

    public override bool IsReply(ReadOnlySpan<byte> message, out long request, out bool refused)
    {
        (request, refused) = (0, false);
        if (!message.StartsWith("{\"type\":3"u8))
        {
            return false;
        }

        request = NumberAfter(message[..Math.Min(message.Length, 60)], "\"invocationId\":\""u8);
        refused = message.IndexOf("\"error\":\""u8) >= 0;
        return true;
    }
}
