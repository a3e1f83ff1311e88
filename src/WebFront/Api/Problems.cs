using System.Globalization;
using ChatOrleans.WebFront.Commands;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOrleans.WebFront.Api;

/// <summary>A refusal as REST shows it: RFC 9457 problem+json with a stable <c>code</c>.</summary>
internal static class Problems
{
    /// <summary>Ends a request that no handler answers. Nothing happens where the answer has begun already.</summary>
    /// <param name="status">Where the protocol has a finer word than the code's own (405).</param>
    public static Task Write(HttpContext context, in Failure failure, int? status = null)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        if (failure.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        context.Response.Headers.CacheControl = "no-store";
        return Of(failure, status).ExecuteAsync(context);
    }

    /// <summary>Documents the refusals of a call.</summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder builder, params ErrorCode[] codes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new ProblemOutcomes(codes));

    private static ProblemHttpResult Of(in Failure failure, int? status) => TypedResults.Problem(
        type: "about:blank",
        title: failure.Name.Replace('_', ' '),
        statusCode: status ?? failure.Status,
        detail: failure.Message,
        extensions: [new("code", failure.Name)]);
}

/// <summary>With which codes a call may refuse, for its description.</summary>
internal sealed record ProblemOutcomes(IReadOnlyList<ErrorCode> Codes);
