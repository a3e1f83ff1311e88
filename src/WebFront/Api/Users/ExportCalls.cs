using System.Security.Claims;
using ChatOrleans.Errors;
using ChatOrleans.Jobs;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Limits;

namespace ChatOrleans.WebFront.Api;

/// <summary>A user's own data, for the user.</summary>
internal static class ExportCalls
{
    public static void MapExports(this RouteGroupBuilder api)
    {
        var export = api.MapGroup("/users/me/export").WithTags("Users").Costs(20);
        export.MapPost("", Start).WithSummary("Gather my data")
            .Describe("Goes on in the background, also over a restart. One that runs already goes on as it is.")
            .Answers("job", "It is on its way.", StatusCodes.Status202Accepted);
        export.MapGet("", Status).WithSummary("How far that is").Answers("job", "The latest export.").ProducesProblems(ErrorCode.NotFound);
        export.MapGet("/content", Content).WithSummary("What it has gathered")
            .Describe("application/x-ndjson: a JSON object a line, with a type (user, conversation, message) and the object of that name. Once the export is finished.")
            .AnswersNothing("Lines.", StatusCodes.Status200OK).ProducesProblems(ErrorCode.NotFound);
    }

    private static async Task<FrameAnswer<JobObject>> Start(ClaimsPrincipal principal, DataCommands data) =>
        Answer.Of(new JobObject(await data.Start(DataJobKind.Export, Caller.Of(principal).Id)), StatusCodes.Status202Accepted);

    private static async Task<FrameAnswer<JobObject>> Status(ClaimsPrincipal principal, DataCommands data) =>
        Answer.Of(new JobObject(await data.Status(DataJobKind.Export, Caller.Of(principal).Id)));

    private static Task Content(ClaimsPrincipal principal, DataCommands data, HttpContext http) => Write(Caller.Of(principal).Id, data, http);

    internal static Task Write(Ids.UserId user, DataCommands data, HttpContext http) => data.WriteExport(
        user,
        () =>
        {
            http.Response.ContentType = "application/x-ndjson";
            http.Response.Headers.CacheControl = "no-store";
            return Task.FromResult(http.Response.Body);
        },
        http.RequestAborted);
}
