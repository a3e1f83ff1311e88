using ChatOrleans.Conversations;
using ChatOrleans.Grains;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Limits;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>Whether an open connection may stay, and what may be done over it: its token ends, or is revoked; its user has done too much.</summary>
internal sealed class SessionAccess(
    TokenRevocations revocations, Budgets budgets, IOptions<AuthOptions> options, IOptions<RateLimits> limits)
{
    public int RefusalsBeforeClose => limits.Value.RefusalsBeforeClose;

    public UserBudget BudgetOf(Actor actor) => budgets.Of(actor.Id, RateKind.Commands);

    /// <summary>The refusal of a command that came too soon.</summary>
    public Failure TooSoon(TimeSpan wait) => budgets.Refusal(wait, "command");

    /// <summary>The user's grain let no further connection in.</summary>
    public void HasTooMany() => budgets.Refused("user_connections");

    /// <summary>Why it may not, for people; null where it may. Nearly always answers at once.</summary>
    public ValueTask<string?> EndOf(SessionContext session, DateTime now)
    {
        if (session.Token.ExpiresAt is { } end && now >= end + options.Value.ClockSkew)
        {
            return new("The token has expired. Connect again with a new one.");
        }

        // The user's grain ends the feed of a revoked token by itself, but who does not read the feed does not see that.
        return session.Connection.IsBackedUp ? new(AskedEndOf(session)) : default;
    }

    private async Task<string?> AskedEndOf(SessionContext session) =>
        await revocations.IsRevoked(session.Actor.Id, session.Token.IssuedAt) ? "The token was revoked. Connect again with a new one." : null;
}
