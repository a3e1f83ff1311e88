using ChatOrleans.WebFront.Commands;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>Why the server closes a raw socket. The numbers are contract: they tell a client whether to come back.</summary>
internal enum CloseCode
{
    Normal = 1000,
    /// <summary>Restarting, or the feed can't be opened right now. Come back with backoff and jitter.</summary>
    Restarting = 1012,
    /// <summary>A malformed frame or query. Don't come back.</summary>
    Malformed = 4400,
    /// <summary>No token, or a bad or expired one. Come back with a new one only.</summary>
    Unauthenticated = 4401,
    /// <summary>The query's user_id is not the token's sub, or the page's origin is not allowed. Don't come back.</summary>
    Forbidden = 4403,
    /// <summary>Nothing heard for two heartbeats. Come back with backoff and jitter.</summary>
    Silent = 4408,
    /// <summary>A frame was too large. Don't come back.</summary>
    TooLarge = 4413,
    /// <summary>Too many connections or commands. Come back after the error frame's retry_after.</summary>
    TooMany = 4429,
}

internal static class CloseCodes
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);

    /// <summary>With which code a connection that failed so is closed.</summary>
    public static CloseCode CodeOf(in Failure failure) => failure.Code switch
    {
        ErrorCode.RateLimited => CloseCode.TooMany,
        ErrorCode.Unauthenticated or ErrorCode.Forbidden => CloseCode.Unauthenticated,
        _ => CloseCode.Restarting,
    };

    /// <summary>The reason as an <c>error</c> frame tells it.</summary>
    /// <param name="retryAfter">Null for TooMany: a few seconds, others for each, so that not all come back at once.</param>
    public static Failure Explain(this CloseCode code, string reason, TimeSpan? retryAfter = null) => code switch
    {
        CloseCode.Malformed => new(ErrorCode.InvalidRequest, reason),
        CloseCode.Unauthenticated => new(ErrorCode.Unauthenticated, reason),
        CloseCode.Forbidden => new(ErrorCode.Forbidden, reason),
        CloseCode.TooLarge => new(ErrorCode.TooLarge, reason),
        CloseCode.TooMany => new(ErrorCode.RateLimited, reason, retryAfter ?? (FirstWait * (1 + (4 * Random.Shared.NextDouble())))),
        _ => new(ErrorCode.Unavailable, reason, retryAfter),
    };
}
