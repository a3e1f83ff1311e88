using System.Security.Claims;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace ChatOrleans.WebFront.Auth;

/// <summary>
/// Where a token or ticket may be, what it must say, whether it still counts, and how a refusal looks. Where that can't be found out,
/// because a grain or the issuer does not answer, nobody is let in, and told so.
/// </summary>
internal sealed partial class BearerEvents(
    AuthOptions auth, TokenRevocations revocations, Tickets tickets, AllowedOrigins origins, FaultLogger<BearerEvents> log) : JwtBearerEvents
{
    private static readonly object Unanswered = new();

    private readonly ILogger _logger = log;

    /// <summary>Browsers cannot set a header on these, so there the query may carry the token.</summary>
    private static readonly PathString[] QueryTokenPaths = ["/ws/notifications", "/hubs/chat"];

    /// <summary>Opens nothing yet: a ticket in its query is meant for the connection that follows.</summary>
    private static readonly PathString Negotiation = "/hubs/chat/negotiate";

    /// <summary>What kept a caller from being recognised, where it was none of their fault; else null.</summary>
    public static Failure? WhyUnanswered(HttpContext context) => context.Items.TryGetValue(Unanswered, out var failure) ? (Failure)failure! : null;

    public override async Task MessageReceived(MessageReceivedContext context)
    {
        await Receive(context);
        if (context.Result is null && !string.IsNullOrEmpty(auth.Authority) && HasToken(context))
        {
            // Without its keys the library would call every token a bad one, and send everybody to get another.
            await Try(context, () => AskIssuer(context));
        }
    }

    private async Task Receive(MessageReceivedContext context)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey("Authorization"))
        {
            return;
        }

        if (QueryTokenPaths.Any(path => request.Path.StartsWithSegments(path)))
        {
            context.Token = FirstOf(request, "access_token") ?? FirstOf(request, "token");
            if (context.Token is null && FirstOf(request, "ticket") is { } ticket && !request.Path.StartsWithSegments(Negotiation))
            {
                await Try(context, () => Redeem(context, ticket));
                return;
            }
        }

        if (auth.AllowUserIdWithoutToken && context.Token is null && Caller.TryParse(FirstOf(request, "user_id"), out var user))
        {
            var identity = new ClaimsIdentity([new Claim(Caller.SubjectClaim, user.Value)], context.Scheme.Name, Caller.SubjectClaim, null);
            context.Principal = new ClaimsPrincipal(identity);
            context.Success();
        }
    }

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        if (!Caller.TryOf(context.Principal!, out var actor))
        {
            context.Fail("The token's sub is no user id.");
        }
        else
        {
            await Try(context, async () =>
            {
                if (await revocations.IsRevoked(actor.Id, TokenTimes.Of(context.Principal!).IssuedAt))
                {
                    context.Fail("The token was revoked.");
                }
            });
        }
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        if (WhyUnanswered(context.HttpContext) is { } failure)
        {
            return Problems.Write(context.HttpContext, failure);
        }

        context.Response.Headers.WWWAuthenticate = context.AuthenticateFailure is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        return Problems.Write(context.HttpContext, new Failure(ErrorCode.Unauthenticated, context.AuthenticateFailure is null
            ? "This call needs a token: Authorization: Bearer ..."
            : "The token is not valid, or has expired. Get a new one."));
    }

    public override Task Forbidden(ForbiddenContext context) =>
        Problems.Write(context.HttpContext, new Failure(ErrorCode.Forbidden, WhyForbidden(context.HttpContext)));

    private async Task Redeem(MessageReceivedContext context, string ticket)
    {
        // Revoked since: the holder's token is checked as it would be by itself.
        if (await tickets.Redeem(ticket) is { } holder && !await revocations.IsRevoked(holder.UserId, holder.IssuedAt))
        {
            context.Principal = Tickets.PrincipalOf(holder, context.Scheme.Name);
            context.Success();
        }
        else
        {
            context.Fail("The ticket was used, has expired or never was.");
        }
    }

    private static bool HasToken(MessageReceivedContext context) => context.Token is not null
        || context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);

    private async Task AskIssuer(MessageReceivedContext context)
    {
        try
        {
            // One asks, the others stand in line: nobody for longer than an answer may take.
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted)
                .WaitAsync(context.Options.BackchannelTimeout, context.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogIssuerUnanswered(e, auth.Authority!, e.GetBaseException().Message);
            throw ChatException.Unavailable("The issuer of the tokens does not answer. Try again.");
        }
    }

    /// <summary>Kept for whoever answers the caller: thrown through the handler it would be logged as a fault of ours, for every call.</summary>
    private static async Task Try<TOptions>(ResultContext<TOptions> context, Func<Task> check)
        where TOptions : AuthenticationSchemeOptions
    {
        try
        {
            await check();
        }
        catch (Exception e) when (Failure.Of(e) is { IsFault: false } failure)
        {
            context.HttpContext.Items[Unanswered] = failure;
            context.Fail(failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Auth:Authority = {Authority} does not answer ({Reason}); until it does, nobody with a token of it is let in.")]
    private partial void LogIssuerUnanswered(Exception exception, string authority, string reason);

    private string WhyForbidden(HttpContext context) =>
        Caller.IsContradicted(context) ? "user_id in the query is not the token's sub. Leave it out."
        : !origins.Allows(context) ? "Pages of this origin may not call this server. Its operator can list the origin in Web:AllowedOrigins."
        : $"Your token lacks the scope that this call needs: {ScopeOf(context)}.";

    /// <summary>The policies that ask for a scope bear its name.</summary>
    private static string? ScopeOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).LastOrDefault(policy => policy is not null);

    private static string? FirstOf(HttpRequest request, string key) =>
        request.Query.TryGetValue(key, out var values) && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
}
