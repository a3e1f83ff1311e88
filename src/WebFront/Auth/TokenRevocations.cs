using System.Collections.Concurrent;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Commands;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Auth;

/// <summary>
/// From when on each caller's tokens count, as far as this front end knows: asked of the user's grain where it is not known or is
/// older than <see cref="AuthOptions.RevocationAge"/>, so that most requests cost no grain call. Open connections need none of
/// this: the user's grain ends their feeds itself.
/// </summary>
internal sealed class TokenRevocations(IGrainFactory grains, TimeProvider time, IOptions<AuthOptions> options)
{
    /// <summary>About 10 MiB. Beyond it all is forgotten at once, and asked again as it is needed.</summary>
    private const int MostKnown = 100_000;

    private readonly ConcurrentDictionary<UserId, Known> _known = new();
    private readonly TimeSpan _age = options.Value.RevocationAge;

    /// <param name="issuedAt">Null where there is no token, which nobody can revoke.</param>
    /// <exception cref="Exception">The user's grain does not answer: whoever can't be checked is not let in.</exception>
    public ValueTask<bool> IsRevoked(UserId user, DateTime? issuedAt)
    {
        if (issuedAt is not { } issued)
        {
            return new(false);
        }

        return _known.TryGetValue(user, out var known) && time.GetElapsedTime(known.AskedAt) < _age
            ? new(issued <= known.RevokedAt)
            : new(Ask(user, issued));
    }

    public void Note(UserId user, DateTime? revokedAt) => Keep(user, new Known(revokedAt, time.GetTimestamp()));

    private async Task<bool> Ask(UserId user, DateTime issued)
    {
        // The age counts from before the question: what is revoked while the answer is on its way must not stay unknown for longer.
        var asked = time.GetTimestamp();
        var revokedAt = await grains.User(user).TokensRevokedAt();
        Keep(user, new Known(revokedAt, asked));
        return issued <= revokedAt;
    }

    private void Keep(UserId user, Known known)
    {
        if (_known.Count >= MostKnown)
        {
            _known.Clear();
        }

        _known[user] = known;
    }

    private sealed record Known(DateTime? RevokedAt, long AskedAt);
}
