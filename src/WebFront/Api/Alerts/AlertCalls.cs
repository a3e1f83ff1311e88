using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using ChatOrleans.Grains;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Api;

/// <param name="UserIds">1 to 1,000.</param>
/// <param name="Title">Not blank; 200 characters at the most.</param>
/// <param name="Content">Not blank; 8,000 characters at the most.</param>
/// <param name="Meta">Any JSON object, 4 KiB and 4 levels at the most.</param>
/// <param name="ClientAlertId">The sender's own id of this alert: a repeat with it changes nothing.</param>
internal sealed record AlertBody(
    ImmutableArray<string?>? UserIds,
    string? Title,
    string? Content,
    JsonElement? Meta = null,
    string? ClientAlertId = null)
{
    /// <summary>Without what was written.</summary>
    public override string ToString() => $"AlertBody {{ {ClientAlertId} }}";
}

/// <summary>Alerts from the product around us to its users.</summary>
internal static class AlertCalls
{
    /// <summary>Each is a durable write of its own; more at once would only wait longer for the same disk.</summary>
    private const int AtOnce = 32;

    public static void MapAlerts(this RouteGroupBuilder api) => api.MapPost("/alerts", Send).WithTags("Alerts")
        .WithSummary("Send a system alert").RequireAuthorization(ChatPolicies.SendAlerts).TakesLists()
        .Describe("Needs the scope alerts:send. Where it fails half-way, repeat it with the same client_alert_id.")
        .AnswersNothing("The alert is durable for every one of them.", StatusCodes.Status202Accepted)
        .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.Forbidden, ErrorCode.TooLarge);

    private static async Task<StatusCodeHttpResult> Send(
        AlertBody body, ClaimsPrincipal principal, IGrainFactory grains, IOptions<ChatLimits> limits, Budgets budgets,
        CancellationToken cancellationToken)
    {
        var alert = AlertRules.Check(body, Caller.Of(principal).Id, limits.Value, out var users);
        await budgets.Charge(Caller.Of(principal).Id, users.Count / 50);
        await Parallel.ForEachAsync(users, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (UserId user, CancellationToken _) => await grains.User(user).Alert(alert));
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
