using ChatOrleans.WebFront.Auth;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>Whether an open connection may stay: its token ends, or is revoked.</summary>
internal sealed class SessionAccess(TokenRevocations revocations, IOptions<AuthOptions> options)
{
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
