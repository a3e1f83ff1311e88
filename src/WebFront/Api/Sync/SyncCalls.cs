using System.Security.Claims;
using ChatOrleans.Errors;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Limits;

namespace ChatOrleans.WebFront.Api;

/// <summary>The caller's feed, for a client that pulls.</summary>
internal static class SyncCalls
{
    public static void MapSync(this RouteGroupBuilder api) => api.MapGet("/sync", Read).CostsByLimit().WithTags("Sync")
        .WithSummary("Pull what the sockets push")
        .Describe("The events after cursor, or, where that is not possible or no cursor is given, a snapshot of now. Ask again while more is true.")
        .Answers("sync", "The next events, or a snapshot.").ProducesProblems(ErrorCode.InvalidRequest);

    private static async Task<FrameAnswer<SyncObject>> Read(
        string? cursor, string? epoch, string? limit, ClaimsPrincipal principal, SyncCommands sync)
    {
        FeedPosition? after = Paging.Position(cursor, "cursor") is { } position
            ? new FeedPosition(string.IsNullOrEmpty(epoch) ? null : epoch, position)
            : null;
        return Answer.Of(new SyncObject(await sync.Read(Caller.Of(principal), after, Paging.Limit(limit))));
    }
}
