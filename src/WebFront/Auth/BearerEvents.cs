using System.Security.Claims;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Commands;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace ChatOrleans.WebFront.Auth;

/// <summary>Where a token may be, what it must say, and how a refusal looks.</summary>
internal sealed class BearerEvents(AuthOptions auth) : JwtBearerEvents
{
    /// <summary>Browsers cannot set a header on these, so there the query may carry the token.</summary>
    private static readonly PathString[] QueryTokenPaths = ["/ws/notifications", "/hubs/chat"];

    public override Task MessageReceived(MessageReceivedContext context)
    {
        var request = context.Request;
        if (!request.Headers.ContainsKey("Authorization") && QueryTokenPaths.Any(path => request.Path.StartsWithSegments(path)))
        {
            context.Token = FirstOf(request, "access_token") ?? FirstOf(request, "token");
        }

        if (auth.AllowUserIdWithoutToken && context.Token is null && !request.Headers.ContainsKey("Authorization")
            && UserId.TryParse(FirstOf(request, "user_id"), null, out var user))
        {
            var identity = new ClaimsIdentity([new Claim(Caller.SubjectClaim, user.Value)], context.Scheme.Name, Caller.SubjectClaim, null);
            context.Principal = new ClaimsPrincipal(identity);
            context.Success();
        }

        return Task.CompletedTask;
    }

    public override Task TokenValidated(TokenValidatedContext context)
    {
        if (!Caller.TryOf(context.Principal!, out _))
        {
            context.Fail("The token's sub is no user id.");
        }

        return Task.CompletedTask;
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        context.Response.Headers.WWWAuthenticate = context.AuthenticateFailure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        return Problems.Write(context.HttpContext, new Failure(ErrorCode.Unauthenticated, context.AuthenticateFailure is null
            ? "This call needs a token: Authorization: Bearer ..."
            : "The token is not valid, or has expired. Get a new one."));
    }

    public override Task Forbidden(ForbiddenContext context) =>
        Problems.Write(context.HttpContext, new Failure(ErrorCode.Forbidden, Caller.IsContradicted(context.HttpContext)
            ? "user_id in the query is not the token's sub. Leave it out."
            : $"Your token lacks the scope that this call needs: {Caller.AlertScope}."));

    private static string? FirstOf(HttpRequest request, string key) =>
        request.Query.TryGetValue(key, out var values) && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
}
