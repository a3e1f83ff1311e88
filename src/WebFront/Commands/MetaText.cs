using System.Globalization;
using System.Text;
using System.Text.Json;
using ChatOrleans.Errors;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Commands;

/// <summary>
/// The one text of a meta, however it was written and by whichever way it came: a retry is told from another message by what its
/// body says, and a retry over another transport must say the same. Compact, so that it never breaks a line.
/// </summary>
internal static class MetaText
{
    private const string Empty = "{}";

    /// <summary>Null where there is none, or nothing in it. Throws ChatException: InvalidRequest.</summary>
    public static string? Of(JsonElement? meta) => OrNone(Replacing(meta));

    /// <summary>As <see cref="Of"/>, but an empty one is one: it takes the place of what is there. Throws ChatException: InvalidRequest.</summary>
    public static string? Replacing(JsonElement? meta) => meta switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.Object } value => Checked(value),
        _ => throw ChatException.Invalid("meta is a JSON object."),
    };

    /// <param name="text">Made by <see cref="Compact"/>, or null.</param>
    public static string? OrNone(string? text) => text == Empty ? null : text;

    /// <exception cref="InvalidOperationException">It holds half of a surrogate pair, which is no text.</exception>
    public static string Compact(JsonElement value)
    {
        using var buffer = new FrameBuffer();
        var writer = new JsonFrameWriter(buffer);
        Write(value, ref writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Checked(JsonElement value)
    {
        try
        {
            return Compact(value);
        }
        catch (InvalidOperationException)
        {
            throw ChatException.Invalid("meta holds broken text.");
        }
    }

    private static void Write(JsonElement value, ref JsonFrameWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.BeginObject(value.GetPropertyCount());
                foreach (var property in value.EnumerateObject())
                {
                    writer.PropertyName(property.Name);
                    Write(property.Value, ref writer);
                }

                writer.EndObject();
                break;
            case JsonValueKind.Array:
                writer.BeginArray(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, ref writer);
                }

                writer.EndArray();
                break;
            case JsonValueKind.String:
                writer.String(value.GetString());
                break;
            case JsonValueKind.Number:
                WriteNumber(value, ref writer);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Bool(value.GetBoolean());
                break;
            default:
                writer.Null();
                break;
        }
    }

    /// <summary>MessagePack knows no 1.0 or 1e2, only values; what no double holds stays as it was written.</summary>
    private static void WriteNumber(JsonElement value, ref JsonFrameWriter writer)
    {
        if (value.TryGetInt64(out var whole))
        {
            writer.Number(whole);
            return;
        }

        var number = value.GetDouble();
        if (Math.Abs(number) < 1L << 53 && Math.Floor(number) == number && IsExact(value, number))
        {
            writer.Number((long)number);
        }
        else
        {
            var isDouble = double.IsFinite(number) && !value.TryGetUInt64(out _) && IsExact(value, number);
            writer.EncodedValue(Encoding.UTF8.GetBytes(isDouble ? Text(number) : value.GetRawText()));
        }
    }

    private static bool IsExact(JsonElement value, double number) =>
        !value.TryGetDecimal(out var exact)
        // The double beside the largest decimal is beyond it.
        || (decimal.TryParse(Text(number), NumberStyles.Float, CultureInfo.InvariantCulture, out var rounded) && exact == rounded);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
