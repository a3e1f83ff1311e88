using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ChatOrleans.Grains;

/// <summary>A meta's text with its names in order, at every depth: two that say the same, each in its own order, are one. Pure.</summary>
internal static class SortedMeta
{
    /// <summary>The text itself where it is no JSON, which is refused elsewhere.</summary>
    public static string Of(string meta)
    {
        try
        {
            using var parsed = JsonDocument.Parse(meta);
            var sorted = new StringBuilder(meta.Length);
            Write(parsed.RootElement, sorted);
            return sorted.ToString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return meta;
        }
    }

    /// <summary>Names and values as they were written.</summary>
    private static void Write(JsonElement value, StringBuilder sorted)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                sorted.Append('{');
                foreach (var property in value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    Separate(sorted, '{');
                    sorted.Append('"').Append(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property))).Append("\":");
                    Write(property.Value, sorted);
                }

                sorted.Append('}');
                break;
            case JsonValueKind.Array:
                sorted.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Separate(sorted, '[');
                    Write(item, sorted);
                }

                sorted.Append(']');
                break;
            default:
                sorted.Append(value.GetRawText());
                break;
        }
    }

    private static void Separate(StringBuilder sorted, char opening)
    {
        if (sorted[^1] != opening)
        {
            sorted.Append(',');
        }
    }
}
