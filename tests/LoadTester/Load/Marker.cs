using System.Buffers.Text;

namespace ChatOrleans.LoadTester.Load;

/// <summary>
/// What a message of the load says of itself, at the beginning of its text: <c>~#room.sender.number.sent#</c>. ASCII without anything
/// that an encoding escapes, so it is found in any protocol's bytes without parsing the frame.
/// </summary>
/// <param name="Number">Counts the sender's messages in that room from 1, without gaps.</param>
/// <param name="Sent">Ticks of the stopwatch when it was sent.</param>
internal readonly record struct Marker(int Room, int Sender, long Number, long Sent)
{
    public static ReadOnlySpan<byte> Opening => "~#"u8;

    /// <summary>Writes the text of a message of so many bytes (more where the marker alone is longer) and returns its length.</summary>
    public int Write(Span<byte> text, int bytes)
    {
        Opening.CopyTo(text);
        var at = Opening.Length;
        at += Put(text[at..], Room, (byte)'.');
        at += Put(text[at..], Sender, (byte)'.');
        at += Put(text[at..], Number, (byte)'.');
        at += Put(text[at..], Sent, (byte)'#');
        if (at < bytes)
        {
            text[at..bytes].Fill((byte)'x');
            at = bytes;
        }

        return at;
    }

    /// <summary>Reads what follows the opening.</summary>
    public static bool TryRead(ReadOnlySpan<byte> rest, out Marker marker, out int length)
    {
        marker = default;
        length = 0;
        if (!Next(ref rest, ref length, out var room) || !Next(ref rest, ref length, out var sender)
            || !Next(ref rest, ref length, out var number) || !Next(ref rest, ref length, out var sent))
        {
            return false;
        }

        marker = new Marker((int)room, (int)sender, number, sent);
        return true;
    }

    private static bool Next(ref ReadOnlySpan<byte> rest, ref int length, out long value)
    {
        if (!Utf8Parser.TryParse(rest, out value, out var used) || used >= rest.Length)
        {
            return false;
        }

        rest = rest[(used + 1)..];
        length += used + 1;
        return true;
    }

    private static int Put(Span<byte> text, long value, byte end)
    {
        Utf8Formatter.TryFormat(value, text, out var written);
        text[written] = end;
        return written + 1;
    }
}
