using ChatOrleans.Errors;
using ChatOrleans.Grains;

namespace ChatOrleans.WebFront.Api;

internal static class ClientIds
{
    /// <summary>An id that a client made up so that it can repeat itself; null where there is none. Throws ChatException: InvalidRequest.</summary>
    public static string? Check(string field, string? id, ChatLimits limits) =>
        id is null || (id.Length > 0 && id.Length <= limits.ClientIdLength && !id.Any(char.IsControl))
            ? id
            : throw ChatException.Invalid($"{field} has 1 to {limits.ClientIdLength} characters and no control characters.");
}
