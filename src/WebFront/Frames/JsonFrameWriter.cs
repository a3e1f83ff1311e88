using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ChatOrleans.WebFront.Frames;

/// <summary>Compact UTF-8 JSON. Escapes what JSON must have escaped and nothing else.</summary>
public struct JsonFrameWriter(FrameBuffer buffer) : IFrameWriter
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    private bool _comma;

    public static FrameEncoding Encoding => FrameEncoding.Json;

    public void BeginObject(int count) => Open((byte)'{');

    public void EndObject() => Close((byte)'}');

    public void BeginArray(int count) => Open((byte)'[');

    public void EndArray() => Close((byte)']');

    public void Name(Word name)
    {
        Raw(name.Json);
        buffer.Write((byte)':');
        _comma = false;
    }

    public void PropertyName(string name)
    {
        String(name);
        buffer.Write((byte)':');
        _comma = false;
    }

    public void Word(Word value) => Raw(value.Json);

    public void String(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        Comma();
        var rest = value.AsSpan();
        var span = buffer.Reserve((rest.Length * 3) + 2);
        span[0] = (byte)'"';
        var written = 1;
        for (var next = rest.IndexOfAny(Escaped); next >= 0; next = rest.IndexOfAny(Escaped))
        {
            written += System.Text.Encoding.UTF8.GetBytes(rest[..next], span[written..]);
            buffer.Advance(written);
            Escape(rest[next]);
            rest = rest[(next + 1)..];
            span = buffer.Reserve((rest.Length * 3) + 1);
            written = 0;
        }

        written += System.Text.Encoding.UTF8.GetBytes(rest, span[written..]);
        span[written] = (byte)'"';
        buffer.Advance(written + 1);
    }

    public void Number(long value)
    {
        Comma();
        Utf8Formatter.TryFormat(value, buffer.Reserve(20), out var written);
        buffer.Advance(written);
    }

    public void Bool(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void Null() => Raw("null"u8);

    public void Time(DateTime value)
    {
        Comma();
        var span = buffer.Reserve(FrameTime.MaxLength + 2);
        span[0] = (byte)'"';
        var written = FrameTime.Format(value, span[1..]);
        span[written + 1] = (byte)'"';
        buffer.Advance(written + 2);
    }

    public void Json(string? value)
    {
        Comma();
        var text = value ?? "{}";
        var written = System.Text.Encoding.UTF8.GetBytes(text, buffer.Reserve(text.Length * 3));
        buffer.Advance(written);
    }

    public void EncodedValue(ReadOnlySpan<byte> value) => Raw(value);

    public void EncodedFields(ReadOnlySpan<byte> fields) => Raw(fields);

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        Comma();
        buffer.Write(bytes);
    }

    private void Open(byte brace)
    {
        Comma();
        buffer.Write(brace);
        _comma = false;
    }

    private void Close(byte brace)
    {
        buffer.Write(brace);
        _comma = true;
    }

    /// <summary>Whatever comes next but a closing brace is parted from what came before.</summary>
    private void Comma()
    {
        if (_comma)
        {
            buffer.Write((byte)',');
        }

        _comma = true;
    }

    private readonly void Escape(char c)
    {
        switch (c)
        {
            case '"': buffer.Write("\\\""u8); break;
            case '\\': buffer.Write("\\\\"u8); break;
            case '\n': buffer.Write("\\n"u8); break;
            case '\r': buffer.Write("\\r"u8); break;
            case '\t': buffer.Write("\\t"u8); break;
            default:
                buffer.Write("\\u00"u8);
                buffer.Write((byte)"0123456789abcdef"[c >> 4]);
                buffer.Write((byte)"0123456789abcdef"[c & 15]);
                break;
        }
    }
}
