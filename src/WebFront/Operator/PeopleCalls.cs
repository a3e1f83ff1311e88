using System.Security.Claims;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Jobs;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ChatOrleans.WebFront.Operator;

internal sealed record ConnectionAnswer(string DeviceId, long Cursor, string? Shows);

/// <param name="Known">False where nothing ever came to that id: most often it is written wrongly.</param>
internal sealed record UserAnswer(
    string UserId, bool Known, string Epoch, long Head, long Stored, long First, int Conversations, int UnreadNotifications, long UnreadMessages,
    IEnumerable<ConnectionAnswer> Connections);

internal sealed record DisconnectAnswer(int Connections);

/// <summary>What the operator sees and does of one user. Positions and counts, never a text; but for the export, which is the user's own.</summary>
internal static class PeopleCalls
{
    public static void MapPeople(this RouteGroupBuilder calls)
    {
        var user = calls.MapGroup("/users/{id}");
        user.MapGet("", State).WithSummary("Where a user's feed is, and their connections").Answers("user_state", "No text of anybody.")
            .ProducesProblems(ErrorCode.InvalidRequest);
        user.MapPost("/disconnect", Disconnect).WithSummary("Close a user's connections, at whichever web front they are")
            .Describe("They are closed with 4429 and may come back after 2 s. To keep somebody out: revoke-tokens.")
            .Answers("disconnected", "They are being closed.").ProducesProblems(ErrorCode.InvalidRequest);
        user.MapGet("/audit", async (string id, InspectionCommands inspect) => Answer.Of(new AuditObject(User(id), await inspect.Audit(User(id)))))
            .WithSummary("Is what they are shown what the logs say").Answers("audit", "As the user's own call.").ProducesProblems(ErrorCode.InvalidRequest);
        user.MapGet("/why", async (string id, [FromQuery(Name = "message_id")] string? messageId, InspectionCommands inspect) =>
            Answer.Of(new ReasonObject(await inspect.Why(User(id), messageId))))
            .WithSummary("Why a message notified them, or not").Answers("reason", "As the user's own call.").ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotFound);
        user.MapPost("/export", (string id, ClaimsPrincipal who, OperatorActs acts, DataCommands data) => Start(DataJobKind.Export, id, who, acts, data)).WithSummary("Gather their data")
            .Answers("job", "It is on its way.", StatusCodes.Status202Accepted).ProducesProblems(ErrorCode.InvalidRequest);
        user.MapPost("/erase", (string id, ClaimsPrincipal who, OperatorActs acts, DataCommands data) => Start(DataJobKind.Erase, id, who, acts, data)).WithSummary("Erase what they wrote")
            .Describe("For good: their messages become tombstones. Goes on in the background, also over a restart.")
            .Answers("job", "It is on its way.", StatusCodes.Status202Accepted).ProducesProblems(ErrorCode.InvalidRequest);
        user.MapGet("/export", (string id, DataCommands data) => Status(DataJobKind.Export, id, data)).WithSummary("How far the export is")
            .Answers("job", "The latest one.").ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotFound);
        user.MapGet("/erase", (string id, DataCommands data) => Status(DataJobKind.Erase, id, data)).WithSummary("How far the erasure is")
            .Answers("job", "The latest one.").ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotFound);
        user.MapGet("/export/content", Content)
            .WithSummary("What the export has gathered").Describe("Lines, as the user's own call.")
            .AnswersNothing("Lines.", StatusCodes.Status200OK).ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotFound);
    }

    private static async Task<Ok<UserAnswer>> State(string id, IGrainFactory grains)
    {
        var state = await Inspection(grains, id).State();
        return TypedResults.Ok(new UserAnswer(
            id, state.Head > 0 || state.Connections.Length > 0, state.Epoch, state.Head, state.Stored, state.First, state.Conversations, state.UnreadNotifications, state.UnreadMessages,
            state.Connections.Select(one => new ConnectionAnswer(one.DeviceId, one.Cursor, one.Shows?.Value))));
    }

    private static async Task<Ok<DisconnectAnswer>> Disconnect(string id, IGrainFactory grains) =>
        TypedResults.Ok(new DisconnectAnswer(await Inspection(grains, id).Disconnect()));

    private static async Task<FrameAnswer<JobObject>> Start(DataJobKind kind, string id, ClaimsPrincipal who, OperatorActs acts, DataCommands data)
    {
        var user = User(id);
        var job = await data.Start(kind, user);
        acts.Began(Caller.Of(who).Id, kind, user);
        return Answer.Of(new JobObject(job), StatusCodes.Status202Accepted);
    }

    private static Task Content(string id, DataCommands data, OperatorActs acts, HttpContext http)
    {
        acts.ReadsExport(Caller.Of(http.User).Id, User(id));
        return ExportCalls.Write(User(id), data, http);
    }

    private static async Task<FrameAnswer<JobObject>> Status(DataJobKind kind, string id, DataCommands data) =>
        Answer.Of(new JobObject(await data.Status(kind, User(id))));

    private static IUserInspection Inspection(IGrainFactory grains, string id) => grains.Reach<IUserInspection>(User(id).Value);

    private static UserId User(string id) => UserId.TryParse(id, null, out var user) ? user : throw ChatException.Invalid("This is no user id.");
}
