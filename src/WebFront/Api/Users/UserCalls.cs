using System.Security.Claims;
using ChatOrleans.Errors;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOrleans.WebFront.Api;

internal static class UserCalls
{
    public static void MapUsers(this RouteGroupBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users");
        users.MapGet("/me", Me).WithSummary("Who am I").Answers("user", "The caller, with the end of their feed.");
        users.MapGet("/me/audit", Audit).Costs(40).WithSummary("Is what I am shown what the logs say")
            .Describe("Recomputes feed and unread counts from the logs. Reads much: not for every page.")
            .Answers("audit", "What was looked at, and what differs: drift is 0 if all is well.");
        users.MapPost("/{id}/revoke-tokens", RevokeTokens).WithSummary("Revoke a user's tokens").RequireAuthorization(ChatPolicies.Admin)
            .Describe("Needs the scope chat:admin. Every token of the user that was issued up to now is refused from now on, everywhere "
                + "within a minute, and connections that were opened with one are closed with 4401.")
            .AnswersNothing("They are revoked.").ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.Forbidden);
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

    private static async Task<NoContent> RevokeTokens(
        string id, ClaimsPrincipal principal, IGrainFactory grains, TokenRevocations revocations, OperatorActs acts)
    {
        var user = UserId.TryParse(id, null, out var parsed) ? parsed : throw ChatException.Invalid("This is no user id.");
        revocations.Note(user, await grains.User(user).RevokeTokens());
        acts.RevokedTokens(Caller.Of(principal).Id, user);
        return TypedResults.NoContent();
    }
}
