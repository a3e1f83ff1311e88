using System.Security.Claims;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Api;

internal static class UserCalls
{
    public static void MapUsers(this RouteGroupBuilder api)
    {
        api.MapGet("/users/me", Me).WithTags("Users").WithSummary("Who am I").Answers("user", "The caller, with the end of their feed.");
        api.MapGet("/users/me/audit", Audit).WithTags("Users").WithSummary("Is what I am shown what the logs say")
            .Describe("Recomputes feed and unread counts from the logs. Reads much: not for every page.")
            .Answers("audit", "What was looked at, and what differs: drift is 0 if all is well.");
    }

    private static async Task<FrameAnswer<AuditObject>> Audit(ClaimsPrincipal principal, InspectionCommands inspect)
    {
        var me = Caller.Of(principal).Id;
        return Answer.Of(new AuditObject(me, await inspect.Audit(me)));
    }

    private static async Task<FrameAnswer<UserObject>> Me(ClaimsPrincipal principal, IGrainFactory grains)
    {
        var actor = Caller.Of(principal);
        return Answer.Of(new UserObject(await grains.User(actor.Id).Me(actor)));
    }
}
