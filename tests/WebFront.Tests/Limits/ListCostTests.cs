using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using ChatOrleans.Grains;
using ChatOrleans.WebFront.Limits;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.WebFront.Tests.Limits;

/// <summary>A bucket of 20 for reading, which fills by one a second.</summary>
public sealed class SlowlyReadServer() : ChatServer(("Limits:ReadsPerSecond", "1"), ("Limits:ReadBurst", "20"));

/// <summary>What lists cost: the more is asked for, the more.</summary>
public sealed class ListCostTests(SlowlyReadServer server) : IClassFixture<SlowlyReadServer>
{
    private readonly string _ada = $"ada-{Guid.NewGuid():N}"[..16];

    [Theory]
    [InlineData("/api/conversations/{0}/messages", 1, 20)]
    [InlineData("/api/conversations/{0}/messages", 200, 4)]
    [InlineData("/api/conversations/{0}/messages", 1_000_000, 4)]
    [InlineData("/api/conversations/{0}/members", 200, 4)]
    [InlineData("/api/conversations/{0}/changes", 200, 4)]
    [InlineData("/api/notifications", 200, 4)]
    [InlineData("/api/sync", 200, 4)]
    [InlineData("/api/conversations", 50, 3)]
    // More than the whole bucket: still to be had, once.
    [InlineData("/api/conversations", 200, 1)]
    public async Task Lists_AreRefused_AfterAsMuchAsTheBucketHolds(string path, int limit, int calls)
    {
        var address = $"{string.Format(null, path, await server.Room(_ada))}?limit={limit}";
        var (token, began) = (await server.Token(_ada), Stopwatch.StartNew());
        var statuses = new List<HttpStatusCode>();
        do
        {
            statuses.Add(await Get(token, address));
        }
        while (statuses[^1] == HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        // What flowed in meanwhile counts as well.
        Assert.InRange(statuses.Count - 1, calls, (int)(calls * (1 + (began.Elapsed.TotalSeconds / 20))) + 1);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("?limit=49", 1)]
    [InlineData("?limit=50", 2)]
    [InlineData("?limit=200", 5)]
    [InlineData("?limit=99999999999999999999", 5)]
    // Refused as it is, and no reason to read anything.
    [InlineData("?limit=-1", 1)]
    [InlineData("?limit=200&limit=1", 1)]
    public void Cost_FollowsTheLimit(string query, int tokens)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        Assert.Equal(tokens, new CallCost(1, 50).Of(request));
    }

    [Fact]
    public void EveryList_CostsByItsLimit()
    {
        var lists = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText?.StartsWith("/api/", StringComparison.Ordinal) == true
                && route.Metadata.GetMetadata<System.Reflection.MethodInfo>()?.GetParameters().Any(parameter => parameter.Name == "limit") == true)
            .ToList();
        Assert.Equal(6, lists.Count);
        Assert.All(lists, route => Assert.True(route.Metadata.GetMetadata<CallCost>()!.Each > 0, $"{route.RoutePattern.RawText} costs the same whatever its limit."));
    }

    /// <summary>As the web client opens: its lists, and then one conversation after another, as fast as they can be clicked through.</summary>
    [Fact]
    public async Task AClient_ThatOpensAndLooksAtTwentyConversations_IsNotRefused()
    {
        using var usual = new ChatServer(DefaultLimits());
        var token = await usual.Token(_ada);
        var room = await usual.Room(_ada);
        string[] opening = ["/api/users/me", "/api/conversations?limit=50", "/api/notifications?limit=50"];
        var looking = Enumerable.Repeat<string[]>([$"/api/conversations/{room}/messages?limit=60", $"/api/conversations/{room}/members?limit=200"], 20).SelectMany(two => two);
        Assert.All(await Task.WhenAll(opening.Concat(looking).Select(path => Get(token, path, usual))), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    /// <summary>Tests have others, if they say nothing.</summary>
    private static (string Key, string Value)[] DefaultLimits() =>
        [.. typeof(RateLimits).GetProperties().Where(limit => limit.CanWrite).Select(limit => ($"{RateLimits.Section}:{limit.Name}", $"{limit.GetValue(new RateLimits())}"))];

    private async Task<HttpStatusCode> Get(string token, string path, ChatServer? of = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await (of ?? server).Http.SendAsync(request);
        return answer.StatusCode;
    }
}
