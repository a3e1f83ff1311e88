using Microsoft.AspNetCore.Authorization;

namespace ChatOrleans.WebFront.Auth;

/// <summary>Names of the policies beyond the default one (a checked token, and no other user's id in the query).</summary>
internal static class ChatPolicies
{
    public const string SendAlerts = "alerts:send";
}

/// <summary>A <c>user_id</c> in the query must be the token's own.</summary>
internal sealed record MatchingUserId : IAuthorizationRequirement;

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
