using System.Security.Claims;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Api;

internal static class UserCalls
{
    public static void MapUsers(this RouteGroupBuilder api) => api.MapGet("/users/me", Me).WithTags("Users").WithSummary("Who am I")
        .Answers("user", "The caller, with the end of their feed.");

    private static async Task<FrameAnswer<UserObject>> Me(ClaimsPrincipal principal, IGrainFactory grains)
    {
        var actor = Caller.Of(principal);
        return Answer.Of(new UserObject(await grains.User(actor.Id).Me(actor)));
    }
}
