using ChatOrleans.WebFront.Hosting;
using Microsoft.AspNetCore.Authorization;

namespace ChatOrleans.WebFront.Auth;

/// <summary>Names of the policies beyond the default one (a checked token, and no other user's id in the query).</summary>
internal static class ChatPolicies
{
    public const string SendAlerts = "alerts:send";

    /// <summary>Whoever runs the service.</summary>
    public const string Admin = "chat:admin";
}

/// <summary>A <c>user_id</c> in the query must be the token's own.</summary>
internal sealed record MatchingUserId : IAuthorizationRequirement;

/// <summary>A page that calls must be the server's own or of a listed origin. Browsers hold back answers by themselves; a WebSocket they let through.</summary>
internal sealed record AllowedOrigin : IAuthorizationRequirement;

internal sealed class AllowedOriginHandler(AllowedOrigins origins) : AuthorizationHandler<AllowedOrigin>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AllowedOrigin requirement)
    {
        if (context.Resource is not HttpContext http || origins.Allows(http))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

internal sealed class MatchingUserIdHandler : AuthorizationHandler<MatchingUserId>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, MatchingUserId requirement)
    {
        // Inside a hub call the resource is no request; its connection was checked when it was made.
        if (context.Resource is not HttpContext http || !Caller.IsContradicted(http))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>A scope that the token must carry.</summary>
internal sealed record RequiredScope(string Scope) : IAuthorizationRequirement;

internal sealed class RequiredScopeHandler : AuthorizationHandler<RequiredScope>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RequiredScope requirement)
    {
        if (Caller.HasScope(context.User, requirement.Scope))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
