using ChatOrleans.Errors;
using ChatOrleans.Ids;

namespace ChatOrleans.WebFront.Api;

internal static class UserIds
{
    /// <summary>A user id from a body. Throws ChatException: InvalidRequest.</summary>
    public static UserId Parse(string? text) => UserId.TryParse(text, null, out var user)
        ? user
        : throw ChatException.Invalid("A user_id is 1 to 64 characters of A-Z a-z 0-9 . _ - @.");
}
