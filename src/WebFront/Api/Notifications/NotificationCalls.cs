using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using ChatOrleans.Errors;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ChatOrleans.WebFront.Api;

/// <summary>The caller's inbox.</summary>
internal static class NotificationCalls
{
    public const string UnreadCount = "X-Unread-Count";

    public static void MapNotifications(this RouteGroupBuilder api)
    {
        var notifications = api.MapGroup("/notifications").WithTags("Notifications");
        notifications.MapGet("", Read).CostsByLimit().WithSummary("My inbox, newest first").Describe("unread=1 leaves out what is read.")
            .AnswersList("notification", "A bare array.").Links("prev: older notifications")
            .AnswersHeader(UnreadCount, "How many are unread, on this page or not.")
            .ProducesProblems(ErrorCode.InvalidRequest);
        notifications.MapGet("/why", Why).Costs(10).WithSummary("Why a message did or did not notify me")
            .Describe("message_id says which. Kept for 7 days, as long as the feed has the message's event; without content.")
            .Answers("reason", "What decided it.").ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotFound);
        notifications.MapPost("/{id}/read", MarkRead).WithSummary("Mark one read").AnswersNothing("It is read on all devices.")
            .ProducesProblems(ErrorCode.NotFound);
        notifications.MapPost("/read-all", MarkAllRead).WithSummary("Mark all read").AnswersNothing("All are read on all devices.");
    }

    private static async Task<FrameAnswer<FrameList<NotificationObject>>> Read(
        string? unread, string? before, string? limit, ClaimsPrincipal principal, IGrainFactory grains, HttpContext http)
    {
        var most = Paging.Limit(limit);
        var page = await grains.User(Caller.Of(principal).Id).Notifications(OnlyUnread(unread), Paging.Position(before, "before"), most);
        http.Response.Headers[UnreadCount] = page.Unread.ToString(CultureInfo.InvariantCulture);
        if (page.More && page.Notifications is [.., var oldest])
        {
            http.AddLink(Links.Older, "before", oldest.Cursor, most);
        }

        return Answer.List(page.Notifications.Select(notification => new NotificationObject(notification)).ToImmutableArray());
    }

    private static async Task<FrameAnswer<ReasonObject>> Why(
        [FromQuery(Name = "message_id")] string? messageId, ClaimsPrincipal principal, InspectionCommands inspect) =>
        Answer.Of(new ReasonObject(await inspect.Why(Caller.Of(principal).Id, messageId)));

    private static async Task<NoContent> MarkRead(string id, ClaimsPrincipal principal, ReadCommands reads)
    {
        await reads.MarkNotificationRead(Caller.Of(principal), id);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> MarkAllRead(ClaimsPrincipal principal, ReadCommands reads)
    {
        await reads.MarkAllNotificationsRead(Caller.Of(principal));
        return TypedResults.NoContent();
    }

    private static bool OnlyUnread(string? text) => text switch
    {
        null or "" or "0" or "false" => false,
        "1" or "true" => true,
        _ => throw ChatException.Invalid("unread must be 1 or 0."),
    };
}
