namespace ChatOrleans.WebFront.Frames;

/// <summary>
/// Where an object of the contract is written to. Each is described once, over this, and encoded as JSON or MessagePack with the
/// same names and the same types of values. Counts must be exact: MessagePack states them first.
/// </summary>
public interface IFrameWriter
{
    static abstract FrameEncoding Encoding { get; }

    void BeginObject(int count);

    void EndObject();

    void BeginArray(int count);

    void EndArray();

    void Name(Word name);

    /// <summary>A name that is no word of the contract, such as an id.</summary>
    void PropertyName(string name);

    void Word(Word value);

    /// <summary>Null is written as null.</summary>
    void String(string? value);

    void Number(long value);

    void Bool(bool value);

    void Null();

    /// <summary>UTC as <c>2023-07-15T10:30:00Z</c>, with a fraction where there is one.</summary>
    void Time(DateTime value);

    /// <summary>A JSON value as text; null stands for <c>{}</c>.</summary>
    void Json(string? value);

    /// <summary>One value that is in this encoding already.</summary>
    void EncodedValue(ReadOnlySpan<byte> value);

    /// <summary>Names and values of an object that are in this encoding already, without braces or count.</summary>
    void EncodedFields(ReadOnlySpan<byte> fields);
}

public enum FrameEncoding
{
    Json = 0,
    MessagePack = 1,
}

/// <summary>An object of the contract, as REST answers it, a reply carries it, or an event holds it.</summary>
public interface IFrameObject
{
    void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter;
}

/// <summary>Name and value in one line.</summary>
internal static class FrameWriterFields
{
    public static void Field<T>(ref this T writer, Word name, string? value)
        where T : struct, IFrameWriter
    {
        writer.Name(name);
        writer.String(value);
    }

    public static void Field<T>(ref this T writer, Word name, long value)
        where T : struct, IFrameWriter
    {
        writer.Name(name);
        writer.Number(value);
    }

    public static void Field<T>(ref this T writer, Word name, bool value)
        where T : struct, IFrameWriter
    {
        writer.Name(name);
        writer.Bool(value);
    }

    public static void Field<T>(ref this T writer, Word name, Word value)
        where T : struct, IFrameWriter
    {
        writer.Name(name);
        writer.Word(value);
    }

    public static void Field<T>(ref this T writer, Word name, DateTime value)
        where T : struct, IFrameWriter
    {
        writer.Name(name);
        writer.Time(value);
    }

    public static void JsonField<T>(ref this T writer, Word name, string? json)
        where T : struct, IFrameWriter
    {
        writer.Name(name);
        writer.Json(json);
    }

    public static void Field<T, TObject>(ref this T writer, Word name, in TObject value)
        where T : struct, IFrameWriter
        where TObject : struct, IFrameObject
    {
        writer.Name(name);
        value.Write(ref writer);
    }
}
