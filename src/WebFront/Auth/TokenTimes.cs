using System.Globalization;
using System.Security.Claims;

namespace ChatOrleans.WebFront.Auth;

/// <summary>When a caller's token was issued and when it ends.</summary>
/// <param name="IssuedAt">
/// Its <c>iat</c>, else its <c>nbf</c>; a token that says neither counts as older than any revocation. Null where there was no
/// token at all, as Development may allow.
/// </param>
/// <param name="ExpiresAt">Its <c>exp</c>.</param>
internal readonly record struct TokenTimes(DateTime? IssuedAt, DateTime? ExpiresAt)
{
    public const string IssuedClaim = "iat";
    public const string ExpiresClaim = "exp";

    private const string NotBeforeClaim = "nbf";

    public static TokenTimes Of(ClaimsPrincipal principal)
    {
        DateTime? oldest = principal.HasClaim(claim => claim.Type == ExpiresClaim) ? DateTime.UnixEpoch : null;
        return new TokenTimes(Time(principal, IssuedClaim) ?? Time(principal, NotBeforeClaim) ?? oldest, Time(principal, ExpiresClaim));
    }

    public static string? Text(DateTime? time) => time is { } value
        ? new DateTimeOffset(value).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
        : null;

    /// <summary>Null too where it is no time of this world: then the token is older than any revocation.</summary>
    private static DateTime? Time(ClaimsPrincipal principal, string claim) =>
        double.TryParse(principal.FindFirstValue(claim), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds is >= 0 and < 253_402_300_799
            ? DateTime.UnixEpoch.AddSeconds(Math.Floor(seconds))
            : null;
}
