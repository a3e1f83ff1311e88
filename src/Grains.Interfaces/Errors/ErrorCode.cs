namespace ChatOrleans.Errors;

/// <summary>The closed list of what a caller may be told. Their names in snake case, and their HTTP status, are contract.</summary>
[GenerateSerializer, Alias("chat.ErrorCode")]
public enum ErrorCode
{
    /// <summary>Our fault; shown without details. 500.</summary>
    Internal = 0,
    /// <summary>Malformed or outside a limit. 400.</summary>
    InvalidRequest = 1,
    /// <summary>No token, or a bad or expired one. 401.</summary>
    Unauthenticated = 2,
    /// <summary>A member without the right to do this. 403.</summary>
    Forbidden = 3,
    /// <summary>Not in that conversation, whether it exists or not. 403.</summary>
    NotAMember = 4,
    /// <summary>No such thing inside a conversation one belongs to, or among one's own. 404.</summary>
    NotFound = 5,
    /// <summary>The same client id came with another body. 409.</summary>
    Conflict = 6,
    /// <summary>Larger than the limit. 413.</summary>
    TooLarge = 7,
    /// <summary>Too often; try again after what is said. 429.</summary>
    RateLimited = 8,
    /// <summary>Storage or cluster does not answer now; nothing is known to be lost; repeat with the same client id. 503.</summary>
    Unavailable = 9,
}
