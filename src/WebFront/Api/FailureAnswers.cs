using ChatOrleans.WebFront.Commands;
using Microsoft.AspNetCore.Diagnostics;

namespace ChatOrleans.WebFront.Api;

/// <summary>Turns whatever a call throws into a problem: refusals as they are, faults logged once and shown without details.</summary>
internal sealed partial class FailureAnswers(ILogger<FailureAnswers> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        // Nobody is there any more to be answered.
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var failure = Of(exception);
        if (failure.IsFault)
        {
            LogCallFailed(exception, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
        }

        await Problems.Write(context, failure, IsTooSlow(exception) ? StatusCodes.Status408RequestTimeout : null);
        return true;
    }

    private static bool IsTooSlow(Exception exception) => exception is BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout };

    private static Failure Of(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(ErrorCode.TooLarge, "The body is larger than this call takes."),
        _ when IsTooSlow(exception) => new(ErrorCode.InvalidRequest, "The body came too slowly. Send it again."),
        // Not its own message, which may quote what was sent.
        BadHttpRequestException => new(ErrorCode.InvalidRequest,
            "The body must be one JSON object of the documented shape, in UTF-8, with Content-Type: application/json."),
        _ => Failure.Of(exception),
    };
}
