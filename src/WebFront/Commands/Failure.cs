using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.WebFront.Frames;
using Orleans.Serialization;
using StackExchange.Redis;

namespace ChatOrleans.WebFront.Commands;

/// <summary>What a caller is told of a failure. The one table from exceptions to codes and from codes to HTTP.</summary>
/// <param name="Code">Contract, as are its name and status.</param>
/// <param name="Message">For people; says what to do, and nothing of our inside.</param>
/// <param name="RetryAfter">When trying again makes sense; null where it never does, or at once.</param>
public readonly record struct Failure(ErrorCode Code, string Message, TimeSpan? RetryAfter = null)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>The code's name on the wire.</summary>
    public string Name => Words.Of(Code).Text;

    /// <summary>Whole seconds, rounded up, at least 1; null where there is nothing to wait for.</summary>
    public int? RetryAfterSeconds => RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null;

    public int Status => Code switch
    {
        ErrorCode.InvalidRequest => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.Forbidden or ErrorCode.NotAMember => StatusCodes.Status403Forbidden,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.Conflict => StatusCodes.Status409Conflict,
        ErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>
    /// What to tell of an exception. A grain that can't be reached, or did not answer in time, is <c>unavailable</c>: the outcome
    /// is unknown and a repeat with the same client id is safe. Everything that nobody meant to throw is <c>internal</c>.
    /// </summary>
    public static Failure Of(Exception exception) => exception switch
    {
        ChatException chat => new(
            chat.Code,
            chat.Code == ErrorCode.Internal ? InternalMessage : chat.Message,
            chat.RetryAfter ?? (chat.Code is ErrorCode.Unavailable or ErrorCode.RateLimited ? Soon : null)),
        // A store's own failure comes through where it kept a grain from waking.
        TimeoutException or OrleansException or OperationCanceledException or LogUnavailableException or LogConflictException => Unavailable,
        // Where Redis holds the list of members, Orleans' own calls fail as it does; another member's failure comes as one that has no words here.
        RedisException => Unavailable,
        CodecNotFoundException { Message: var message } when message.Contains(typeof(RedisException).Namespace!, StringComparison.Ordinal) => Unavailable,
        _ => new(ErrorCode.Internal, InternalMessage),
    };

    private static Failure Unavailable => new(ErrorCode.Unavailable, "The server can't do this right now. Try again with the same client id.", Soon);

    /// <summary>True where the exception is our fault and belongs in the log.</summary>
    public bool IsFault => Code == ErrorCode.Internal;

    private const string InternalMessage = "Something went wrong on our side.";
}
