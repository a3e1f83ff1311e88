using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using ErrorCode = ChatOrleans.Errors.ErrorCode;

namespace ChatOrleans.WebFront.Tests.Contract;

/// <summary>Each error code, as REST, a socket's reply and a hub show it.</summary>
public sealed class GoldenErrorTests
{
    public static TheoryData<ErrorCode> Codes => [.. Enum.GetValues<ErrorCode>()];

    [Theory, MemberData(nameof(Codes))]
    public async Task Error_OnEachWay_IsAsTheContractHasIt(ErrorCode code)
    {
        var failure = new Failure(code, "What went wrong, and what to do.", WaitOf(code));

        GoldenFile.Check($"errors/{failure.Name}", new JsonObject
        {
            ["status"] = failure.Status,
            ["problem"] = await ProblemOf(failure),
            ["reply"] = JsonNode.Parse(FrameEncoder.Encode(new RefusalFrame("\"r-1\"", failure))),
            ["hub"] = $"{failure.Name}: {failure.Message}",
        });
    }

    private static TimeSpan? WaitOf(ErrorCode code) =>
        code is ErrorCode.RateLimited or ErrorCode.Unavailable ? TimeSpan.FromMilliseconds(1200) : null;

    private static async Task<JsonNode?> ProblemOf(Failure failure)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
            Response = { Body = body },
        };
        await Problems.Write(context, failure);
        Assert.Equal(failure.Status, context.Response.StatusCode);
        Assert.Equal(failure.RetryAfterSeconds?.ToString(), context.Response.Headers.RetryAfter.FirstOrDefault());
        return JsonNode.Parse(body.ToArray());
    }
}
