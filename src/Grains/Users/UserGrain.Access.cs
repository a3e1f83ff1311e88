using ChatOrleans.Errors;

namespace ChatOrleans.Grains.Users;

/// <summary>Which tokens of the user still count.</summary>
public sealed partial class UserGrain
{
    public async Task<DateTime> RevokeTokens()
    {
        await Loaded();
        // A clock that was set back must not bring back what was revoked before.
        var now = _profile.TokensRevokedAt is { } earlier && earlier > Now ? earlier : Now;
        _profile = _profile with { TokensRevokedAt = now };
        await StoreProfile();
        foreach (var reader in _readers)
        {
            if (IsRevoked(reader.TokenIssuedAt))
            {
                reader.Stop(Revoked());
            }
        }

        return now;
    }

    public async Task<DateTime?> TokensRevokedAt()
    {
        await Loaded();
        return _profile.TokensRevokedAt;
    }

    /// <summary>A token's time of issue is in whole seconds, rounded down: one of the very second may be from before and does not count.</summary>
    private bool IsRevoked(DateTime? issuedAt) => issuedAt <= _profile.TokensRevokedAt;

    private static ChatException Revoked() => new(Errors.ErrorCode.Unauthenticated, "The token was revoked. Get a new one.");
}
