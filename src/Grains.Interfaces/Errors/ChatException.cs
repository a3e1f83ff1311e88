namespace ChatOrleans.Errors;

/// <summary>The one exception that crosses grain calls. Its code is contract, its text is for people and says what to do.</summary>
[GenerateSerializer, Alias("chat.ChatException")]
public sealed class ChatException : Exception
{
    /// <remarks>No inner exception: what failed is logged where it failed, and a fault's type may be unknown to the caller's process.</remarks>
    public ChatException(ErrorCode code, string message, TimeSpan? retryAfter = null)
        : base(message)
    {
        Code = code;
        RetryAfter = retryAfter;
    }

    [Id(0)] public ErrorCode Code { get; private set; }

    /// <summary>When trying again makes sense; set for <see cref="ErrorCode.RateLimited"/> and <see cref="ErrorCode.Unavailable"/>.</summary>
    [Id(1)] public TimeSpan? RetryAfter { get; private set; }

    public static ChatException NotAMember() => new(ErrorCode.NotAMember, "You are not a member of this conversation.");

    public static ChatException Invalid(string message) => new(ErrorCode.InvalidRequest, message);

    public static ChatException Forbidden(string message) => new(ErrorCode.Forbidden, message);

    public static ChatException NotFound(string message) => new(ErrorCode.NotFound, message);

    public static ChatException Conflict(string message) => new(ErrorCode.Conflict, message);

    public static ChatException TooLarge(string message) => new(ErrorCode.TooLarge, message);

    public static ChatException Unavailable(string message) => new(ErrorCode.Unavailable, message, TimeSpan.FromSeconds(1));
}
