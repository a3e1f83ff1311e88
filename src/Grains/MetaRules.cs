using System.Text;
using System.Text.Json;
using ChatOrleans.Errors;

namespace ChatOrleans.Grains;

/// <summary>What the meta of a message, a conversation or an alert may be. Pure.</summary>
public static class MetaRules
{
    /// <summary>
    /// The MessagePack of JavaScript reads no map with this name: one message with it would end the connection of every such member, and
    /// again each time that they come back for it.
    /// </summary>
    private const string UnreadableName = "__proto__";

    /// <summary>Throws ChatException: InvalidRequest, TooLarge.</summary>
    public static void Check(string? meta, ChatLimits limits)
    {
        if (meta is null)
        {
            return;
        }

        if (Encoding.UTF8.GetByteCount(meta) > limits.MetaBytes)
        {
            throw ChatException.TooLarge($"meta has at most {limits.MetaBytes} bytes.");
        }

        if (!IsReadable(meta, limits.MetaDepth))
        {
            throw ChatException.Invalid(
                $"meta is a JSON object, nested {limits.MetaDepth} deep at the most, in which no name is given twice and none is {UnreadableName}.");
        }
    }

    /// <summary>By everybody, and as the same: of a name that is given twice one reader takes the first, another the last.</summary>
    private static bool IsReadable(string meta, int depth)
    {
        try
        {
            using var parsed = JsonDocument.Parse(meta, new JsonDocumentOptions { MaxDepth = depth, AllowDuplicateProperties = false });
            return parsed.RootElement.ValueKind == JsonValueKind.Object && HasReadableNames(parsed.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool HasReadableNames(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(property => !property.NameEquals(UnreadableName) && HasReadableNames(property.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(HasReadableNames),
        _ => true,
    };
}
