using System.Buffers.Binary;

namespace ChatOrleans.WebFront.Frames;

/// <summary>MessagePack with the names and the types of values of the JSON; times are strings.</summary>
public readonly struct MessagePackFrameWriter(FrameBuffer buffer) : IFrameWriter
{
    public static FrameEncoding Encoding => FrameEncoding.MessagePack;

    public void BeginObject(int count) => Header(count, 0x80, 16, 0xde);

    public void EndObject()
    {
    }

    public void BeginArray(int count) => Header(count, 0x90, 16, 0xdc);

    public void EndArray()
    {
    }

    public void Name(Word name) => buffer.Write(name.MessagePack);

    public void PropertyName(string name) => String(name);

    public void Word(Word value) => buffer.Write(value.MessagePack);

    public void String(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        var length = System.Text.Encoding.UTF8.GetByteCount(value);
        StringHeader(length);
        System.Text.Encoding.UTF8.GetBytes(value, buffer.Reserve(length));
        buffer.Advance(length);
    }

    public void Number(long value)
    {
        var span = buffer.Reserve(9);
        switch (value)
        {
            case >= -32 and <= 127:
                buffer.Write((byte)value);
                break;
            case >= 0 and <= byte.MaxValue:
                span[0] = 0xcc;
                span[1] = (byte)value;
                buffer.Advance(2);
                break;
            case >= 0 and <= ushort.MaxValue:
                span[0] = 0xcd;
                BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)value);
                buffer.Advance(3);
                break;
            case >= 0 and <= uint.MaxValue:
                span[0] = 0xce;
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)value);
                buffer.Advance(5);
                break;
            default:
                span[0] = 0xd3;
                BinaryPrimitives.WriteInt64BigEndian(span[1..], value);
                buffer.Advance(9);
                break;
        }
    }

    public void Bool(bool value) => buffer.Write((byte)(value ? 0xc3 : 0xc2));

    public void Null() => buffer.Write((byte)0xc0);

    public void Double(double value)
    {
        var span = buffer.Reserve(9);
        span[0] = 0xcb;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        buffer.Advance(9);
    }

    public void Time(DateTime value)
    {
        Span<byte> text = stackalloc byte[FrameTime.MaxLength];
        var written = FrameTime.Format(value, text);
        StringHeader(written);
        buffer.Write(text[..written]);
    }

    public void Json(string? value)
    {
        if (value is null)
        {
            BeginObject(0);
        }
        else
        {
            JsonTranscoder.Write(value, this);
        }
    }

    public void EncodedValue(ReadOnlySpan<byte> value) => buffer.Write(value);

    public void EncodedFields(ReadOnlySpan<byte> fields) => buffer.Write(fields);

    private void StringHeader(int length)
    {
        var span = buffer.Reserve(5);
        switch (length)
        {
            case < 32:
                buffer.Write((byte)(0xa0 | length));
                break;
            case <= byte.MaxValue:
                span[0] = 0xd9;
                span[1] = (byte)length;
                buffer.Advance(2);
                break;
            default:
                Long(span, length, 0xda);
                break;
        }
    }

    /// <summary>Short counts lie in the type byte; above, the type with 16 bits is followed by that with 32.</summary>
    private void Header(int count, byte shortType, int shortLimit, byte type16)
    {
        if (count < shortLimit)
        {
            buffer.Write((byte)(shortType | count));
        }
        else
        {
            Long(buffer.Reserve(5), count, type16);
        }
    }

    private void Long(Span<byte> span, int count, byte type16)
    {
        if (count <= ushort.MaxValue)
        {
            span[0] = type16;
            BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)count);
            buffer.Advance(3);
        }
        else
        {
            span[0] = (byte)(type16 + 1);
            BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)count);
            buffer.Advance(5);
        }
    }
}
