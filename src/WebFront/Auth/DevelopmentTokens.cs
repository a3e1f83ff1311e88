using System.Security.Claims;
using ChatOrleans.Errors;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Api.Description;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ChatOrleans.WebFront.Auth;

/// <param name="UserId">Who to be.</param>
/// <param name="Name">What others see; optional.</param>
/// <param name="Scope">Space separated scopes, such as <c>alerts:send</c>; optional.</param>
internal sealed record TokenRequest(string? UserId, string? Name = null, string? Scope = null);

internal sealed record TokenAnswer(string Token, DateTime ExpiresAt)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"TokenAnswer {{ {ExpiresAt:O} }}";
}

/// <summary>Signing in by name alone, so that a clean checkout can be tried. The route exists in Development only.</summary>
internal static class DevelopmentTokens
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void MapDevelopmentTokens(this WebApplication app)
    {
        // From the configuration: the options themselves are checked, and may refuse, only when the host starts.
        if (app.Environment.IsDevelopment() && SignsByItself(app.Configuration))
        {
            app.MapPost("/api/auth/token", Issue).AllowAnonymous().WithTags("Development").WithSummary("A token for whoever one says one is")
                .WithDescription("Development only.").Answers("token", "A token for twelve hours.").ProducesProblems(ErrorCode.InvalidRequest);
        }
    }

    private static bool SignsByItself(IConfiguration configuration) =>
        string.IsNullOrEmpty(configuration[$"{AuthOptions.Section}:{nameof(AuthOptions.Authority)}"])
        && string.IsNullOrEmpty(configuration[$"{AuthOptions.Section}:{nameof(AuthOptions.PublicKey)}"]);

    private static Ok<TokenAnswer> Issue(TokenRequest request, IOptions<AuthOptions> options, TimeProvider time)
    {
        if (!Caller.TryParse(request.UserId, out var user))
        {
            throw ChatException.Invalid("user_id must be 1 to 64 characters of A-Z a-z 0-9 . _ - @, and not begin with _canary.");
        }

        var expires = time.GetUtcNow().UtcDateTime + Lifetime;
        return TypedResults.Ok(new TokenAnswer(Sign(options.Value, user, request.Name, request.Scope, expires), expires));
    }

    private static string Sign(AuthOptions auth, UserId user, string? name, string? scope, DateTime expires)
    {
        List<Claim> claims = [new(Caller.SubjectClaim, user.Value)];
        if (!string.IsNullOrWhiteSpace(name))
        {
            claims.Add(new(Caller.NameClaim, name));
        }

        if (!string.IsNullOrWhiteSpace(scope))
        {
            claims.Add(new(Caller.ScopeClaim, scope));
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity(claims),
            Expires = expires,
            Audience = auth.Audience,
            Issuer = auth.Issuer,
            SigningCredentials = new SigningCredentials(ChatAuthentication.SigningKey(auth), SecurityAlgorithms.HmacSha256),
        });
    }
}
