using System.Text.Json;
using ChatOrleans.Errors;
using ChatOrleans.WebFront.Commands;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>
/// One value that a client sent, whatever it is. Its type is only asked for where it is used, so that a wrong one becomes an
/// <c>invalid_request</c> that names the field, on hubs as on sockets, and the connection goes on.
/// </summary>
public readonly record struct Argument
{
    /// <summary>As in a hub's arguments. Each level costs the stack of who writes it down; what a meta may have is far less.</summary>
    private const int MostLevels = 64;

    private readonly Kind _kind;
    private readonly long _number;
    private readonly string? _text;

    private Argument(Kind kind, long number = 0, string? text = null) => (_kind, _number, _text) = (kind, number, text);

    private enum Kind : byte
    {
        Null = 0,
        String = 1,
        Number = 2,
        Bool = 3,
        Object = 4,
        Other = 5,
        Deep = 6,
    }

    /// <summary>A value that is there but of no type that any field has, or holds broken text.</summary>
    public static Argument Unusable { get; } = new(Kind.Other);

    /// <summary>An object with more levels than any may have.</summary>
    public static Argument TooDeep { get; } = new(Kind.Deep);

    public static Argument Of(string? text) => text is null ? default : new(Kind.String, text: text);

    public static Argument Of(long number) => new(Kind.Number, number);

    /// <summary>Clients in JavaScript send whole numbers as floats where they are large.</summary>
    public static Argument Of(double number) =>
        Math.Abs(number) < 1L << 53 && Math.Floor(number) == number ? Of((long)number) : Unusable;

    public static Argument Of(bool value) => new(Kind.Bool, value ? 1 : 0);

    /// <summary>A JSON object as <see cref="MetaText.Compact"/> writes it.</summary>
    public static Argument OfObject(string json) => new(Kind.Object, text: json);

    /// <summary>Null where it is no text.</summary>
    public string? Text => _kind == Kind.String ? _text : null;

    /// <summary>Without what was written.</summary>
    public override string ToString() => $"Argument {{ {_kind} }}";

    /// <summary>Null where it was left out or sent as null.</summary>
    public string? AsString(string name) => _kind switch
    {
        Kind.Null => null,
        Kind.String => _text,
        _ => throw ChatException.Invalid($"{name} must be a string."),
    };

    public long? AsNumber(string name) => _kind switch
    {
        Kind.Null => null,
        Kind.Number => _number,
        _ => throw ChatException.Invalid($"{name} must be a whole number."),
    };

    public bool? AsBool(string name) => _kind switch
    {
        Kind.Null => null,
        Kind.Bool => _number != 0,
        _ => throw ChatException.Invalid($"{name} must be true or false."),
    };

    /// <summary>A JSON object as <see cref="MetaText.Compact"/> writes it.</summary>
    public string? AsObject(string name) => _kind switch
    {
        Kind.Null => null,
        Kind.Object => _text,
        Kind.Deep => throw ChatException.Invalid($"{name} is nested too deeply."),
        _ => throw ChatException.Invalid($"{name} must be an object."),
    };

    /// <summary>The value that the reader stands on; afterwards it stands on the value's end.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static Argument Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.True or JsonTokenType.False:
                return Of(reader.GetBoolean());
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number) ? Of(number) : reader.TryGetDouble(out var other) ? Of(other) : Unusable;
            case JsonTokenType.String:
                return HasValidText(ref reader) ? Of(reader.GetString()) : Unusable;
            case JsonTokenType.StartObject:
                return ReadObject(ref reader);
            default:
                reader.Skip();
                return Unusable;
        }
    }

    private static Argument ReadObject(ref Utf8JsonReader reader)
    {
        var (isText, levels) = Look(reader);
        if (!isText || levels > MostLevels)
        {
            reader.Skip();
            return isText ? TooDeep : Unusable;
        }

        using var value = JsonDocument.ParseValue(ref reader);
        return OfObject(MetaText.Compact(value.RootElement));
    }

    /// <summary>Half of a surrogate pair, escaped, is valid JSON and still no text.</summary>
    public static bool HasValidText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return true;
        }

        try
        {
            reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Looks ahead on a copy of the reader: is all within text that is some, and how many levels has it?</summary>
    private static (bool IsText, int Levels) Look(Utf8JsonReader reader)
    {
        var (depth, isText, levels) = (reader.CurrentDepth, true, 1);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            levels = Math.Max(levels, reader.CurrentDepth - depth);
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                isText &= HasValidText(ref reader);
            }
        }

        return (isText, levels);
    }
}
