using System.Security.Claims;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.WebFront.Auth;

/// <summary>What a token says of the one who calls.</summary>
internal static class Caller
{
    /// <summary>Users whose ids begin so are the server's own, such as its canary: nobody signs in as one.</summary>
    public const string Reserved = "_canary.";

    internal const string SubjectClaim = "sub";
    internal const string NameClaim = "name";
    internal const string ScopeClaim = "scope";

    /// <summary>Longer names are cut: they are for people to read, and travel with every message.</summary>
    private const int LongestName = 100;

    /// <summary>Who acts. Throws <see cref="InvalidOperationException"/> where nobody was authenticated: that route lacks its policy.</summary>
    public static Actor Of(ClaimsPrincipal principal) => TryOf(principal, out var actor)
        ? actor
        : throw new InvalidOperationException("The route let a caller in whose token was not checked.");

    /// <summary>False where nobody was authenticated.</summary>
    public static bool TryOf(ClaimsPrincipal principal, out Actor actor)
    {
        actor = default;
        if (principal.Identity?.IsAuthenticated != true || !TryParse(principal.FindFirstValue(SubjectClaim), out var id))
        {
            return false;
        }

        actor = new Actor(id, DisplayName(principal.FindFirstValue(NameClaim)));
        return true;
    }

    /// <summary>An id that somebody may have.</summary>
    public static bool TryParse(string? text, out UserId id) =>
        UserId.TryParse(text, null, out id) && !id.Value.StartsWith(Reserved, StringComparison.OrdinalIgnoreCase);

    /// <summary>The scope claim is a space separated list; some issuers send one claim for each instead.</summary>
    public static bool HasScope(ClaimsPrincipal principal, string scope) => principal.FindAll(ScopeClaim)
        .Any(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(scope, StringComparer.Ordinal));

    /// <summary>True where the query names a <c>user_id</c> that is not the token's <c>sub</c>.</summary>
    public static bool IsContradicted(HttpContext context) => TryOf(context.User, out var actor)
        && context.Request.Query.TryGetValue("user_id", out var claimed) && claimed.Count > 0
        && claimed.Any(value => !string.IsNullOrEmpty(value) && value != actor.Id.Value);

    private static string? DisplayName(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        var trimmed = name.Trim();
        // Not in the middle of a surrogate pair: half of one is no valid text.
        var length = Math.Min(trimmed.Length, LongestName);
        return trimmed[..(length < trimmed.Length && char.IsHighSurrogate(trimmed[length - 1]) ? length - 1 : length)];
    }
}
