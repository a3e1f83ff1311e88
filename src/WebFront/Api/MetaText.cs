using System.Text.Json;
using ChatOrleans.Errors;

namespace ChatOrleans.WebFront.Api;

internal static class MetaText
{
    /// <summary>A meta as it was sent, for the grain to check and keep; null where there is none. Throws ChatException: InvalidRequest.</summary>
    public static string? Of(JsonElement? meta) => meta switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.Object } value => value.GetRawText(),
        _ => throw ChatException.Invalid("meta is a JSON object."),
    };
}
