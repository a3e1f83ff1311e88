using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.WebFront.Tests.Auth;

/// <summary>
/// Every call there is, as one without a token, one without a scope, and one with each scope of the table. Without its scope a call is
/// refused before anything of it is read; with it, whatever is answered is no refusal of rights.
/// </summary>
public sealed class ScopeMatrixTests(ChatServer server) : IClassFixture<ChatServer>
{
    /// <summary>Not the room's or the user's own, so that what is let in finds nothing to harm.</summary>
    private static readonly Dictionary<string, string> s_ids = new() { ["user_id"] = "linus", ["message_id"] = "none", ["address"] = "127.0.0.1:1@1" };

    public static TheoryData<string?> Callers => [null, "", .. ScopeRights.Table.Select(right => right.Scope), string.Join(' ', ScopeRights.Table.Select(right => right.Scope))];

    [Theory, MemberData(nameof(Callers))]
    public async Task EveryCall_AnswersAsTheTableSays(string? scope)
    {
        var token = scope is null ? null : await server.TokenOf("grace", scope: scope);
        using var http = server.Stranger();
        var calls = Calls().ToList();
        Assert.True(calls.Count > 40, $"Only {calls.Count} calls.");
        foreach (var (method, path, needed) in calls)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            request.Content = method == HttpMethod.Get ? null : JsonContent.Create(new { });
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            var code = text.StartsWith('{') ? (string?)JsonNode.Parse(text)!["code"] : null;
            var told = $"{method} {path} with the scope '{scope}' answered {(int)answer.StatusCode} {text}";
            var expected = scope is null ? "unauthenticated"
                : needed is not null && !scope.Split(' ').Contains(needed) ? "forbidden"
                // Of a conversation that the caller is not in, whatever scopes they have.
                : path.StartsWith("/api/conversations/", StringComparison.Ordinal) ? "not_a_member"
                : null;
            if (expected is not null)
            {
                // What can be said of a body without looking at anybody's rights may come first.
                Assert.True(code == expected || (expected == "not_a_member" && code == "invalid_request"), told);
            }
            else
            {
                Assert.True(code is not ("unauthenticated" or "forbidden" or "not_a_member" or "internal"), told);
            }
        }
    }

    private IEnumerable<(HttpMethod Method, string Path, string? Scope)> Calls()
    {
        foreach (var route in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            // A handler of its own answers what no method fits.
            if (route.Metadata.GetMetadata<CallRight>() is null || route.Metadata.GetMetadata<HttpMethodMetadata>() is not { } methods)
            {
                continue;
            }

            var path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => segment.Parts[0] switch
            {
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "id" } =>
                    route.RoutePattern.RawText!.Contains("conversations", StringComparison.Ordinal) ? ConversationId.New().Value : "linus",
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart other => s_ids[other.Name],
                Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                _ => throw new InvalidOperationException($"What is {route.RoutePattern.RawText}?"),
            }));
            var scope = route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).LastOrDefault(policy => policy is not null);
            foreach (var method in methods.HttpMethods)
            {
                yield return (HttpMethod.Parse(method), path, scope);
            }
        }
    }
}
