using System.Globalization;
using ChatOrleans.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOrleans.WebFront.Api;

/// <summary>A refusal as REST shows it: RFC 9457 problem+json with a stable <c>code</c>.</summary>
internal static class Problems
{
    /// <param name="detail">For people; says what to do, and holds nothing of what the caller sent.</param>
    public static ProblemHttpResult Of(ErrorCode code, string detail, int? status = null) => TypedResults.Problem(
        detail: detail,
        statusCode: status ?? ErrorTable.Status(code),
        title: ErrorTable.Title(code),
        type: "about:blank",
        extensions: [new("code", ErrorTable.Name(code))]);

    /// <summary>Ends a request that no handler answers. Nothing happens where the answer has begun already.</summary>
    public static Task Write(HttpContext context, ErrorCode code, string detail, TimeSpan? retryAfter = null, int? status = null)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        if (retryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        context.Response.Headers.CacheControl = "no-store";
        return Of(code, detail, status).ExecuteAsync(context);
    }

    /// <summary>Documents the refusals of a call, one status for each.</summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder builder, params ReadOnlySpan<ErrorCode> codes)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var group in codes.ToArray().GroupBy(ErrorTable.Status))
        {
            builder.WithMetadata(new ProblemOutcome(group.Key, [.. group]));
        }

        return builder;
    }
}

/// <summary>What the description of a call says of one status.</summary>
internal sealed record ProblemOutcome(int Status, IReadOnlyList<ErrorCode> Codes);
