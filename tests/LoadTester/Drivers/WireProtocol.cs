using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

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

    /// <summary>Writes a frame as UTF-8; answers its bytes.</summary>
    protected static int Write(Span<byte> to, [InterpolatedStringHandlerArgument(nameof(to))] ref Utf8.TryWriteInterpolatedStringHandler frame) =>
        Utf8.TryWrite(to, ref frame, out var written) ? written : throw new ArgumentException("There is no room for the frame.", nameof(to));

    protected static long NumberAfter(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var at = message.LastIndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(message[(at + name.Length)..], out long value, out _) ? value : 0;
    }
}
