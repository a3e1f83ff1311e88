using ChatOrleans.Errors;

namespace ChatOrleans.WebFront.Api;

internal static class ErrorTable
{
    public static int Status(ErrorCode code) => code switch
    {
        ErrorCode.InvalidRequest => 400,
        ErrorCode.Unauthenticated => 401,
        ErrorCode.Forbidden or ErrorCode.NotAMember => 403,
        ErrorCode.NotFound => 404,
        ErrorCode.Conflict => 409,
        ErrorCode.TooLarge => 413,
        ErrorCode.RateLimited => 429,
        ErrorCode.Unavailable => 503,
        _ => 500,
    };

    public static string Name(ErrorCode code) => code switch
    {
        ErrorCode.InvalidRequest => "invalid_request",
        ErrorCode.Unauthenticated => "unauthenticated",
        ErrorCode.Forbidden => "forbidden",
        ErrorCode.NotAMember => "not_a_member",
        ErrorCode.NotFound => "not_found",
        ErrorCode.Conflict => "conflict",
        ErrorCode.TooLarge => "too_large",
        ErrorCode.RateLimited => "rate_limited",
        ErrorCode.Unavailable => "unavailable",
        _ => "internal",
    };

    public static string Title(ErrorCode code) => Name(code).Replace('_', ' ');
}
