using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Realtime.Hubs;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Contract;
using ChatOrleans.WebFront.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.WebFront.Tests.Auth;

/// <summary>docs/authorization.md is made from the table by which the code decides. CHAT_WRITE_AUTHORIZATION=1 writes it.</summary>
[Collection(ServerCollection.Name)]
public sealed class AuthorizationPageTests(ChatServer server)
{
    [Fact]
    public void Page_IsWhatTheTableSays()
    {
        var page = Page();
        if (Environment.GetEnvironmentVariable("CHAT_WRITE_AUTHORIZATION") == "1")
        {
            File.WriteAllText(PagePath(), page);
        }

        Assert.True(page == File.ReadAllText(PagePath()),
            "docs/authorization.md is not what the code says. CHAT_WRITE_AUTHORIZATION=1 dotnet test tests/WebFront.Tests --filter AuthorizationPage");
    }

    [Fact]
    public void Table_HasEveryActionOnce_InItsPlace() =>
        Assert.Equal(Enum.GetValues<ConversationAction>(), ConversationRights.Table.Select(right => right.Action));

    [Fact]
    public void EveryHubMethod_AndEveryFrame_IsTiedToTheTable()
    {
        var methods = typeof(ChatHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsVirtual).Select(method => method.Name);
        Assert.Equal(methods.Order(), CallRights.OfConnections.Select(call => call.HubMethod).Order());
        var frames = GoldenFile.Names("requests").Select(name => name["requests/".Length..]);
        Assert.Equal(frames.Order(), CallRights.OfConnections.Select(call => call.Frame).OfType<string>().Order());
    }

    [Fact]
    public void EveryCallInAConversation_NamesItsRights() => Assert.All(
        Routes().Where(route => route.Path.StartsWith("/api/conversations/{id}", StringComparison.Ordinal)),
        route => Assert.NotEmpty(route.Right.Actions));

    [Fact]
    public void EveryScopeThatACallAsksFor_IsInTheTable_AndEveryScopeOfTheTable_IsAskedFor() => Assert.Equal(
        ScopeRights.Table.Select(right => right.Scope).Order(StringComparer.Ordinal),
        Routes().Select(route => route.Scope).OfType<string>().Distinct().Order(StringComparer.Ordinal));

    private string Page()
    {
        var page = new StringBuilder("""
            # Who may do what

            Made from the tables by which the code decides (`src/Grains/Conversations/ConversationRights.cs`, and what each route names):
            `CHAT_WRITE_AUTHORIZATION=1 dotnet test tests/WebFront.Tests --filter AuthorizationPage`. Tests try every row as every kind of caller.

            Every call needs a token ([the wire contract](wire-contract.md#who-calls)). A conversation's rights are its members': whoever is none, because
            they never were or are not any more, is told `not_a_member` (403), whether the conversation exists or not. A member without the right is told
            `forbidden` (403); `not_found` (404) is for things inside a conversation that one belongs to, and for one's own. So no answer tells a stranger
            whether something exists. What is not about a conversation is about the caller alone: nobody can name another user in it.

            ## Rights in a conversation

            | right | what it allows | group, support | direct |
            |---|---|---|---|

            """);
        foreach (var right in ConversationRights.Table)
        {
            page.Append($"| `{right.Action}` | {right.Means} | {Least(right.InGroup)} | {Least(right.InDirect)} |\n");
        }

        page.Append("\n## Scopes\n\nOf the token, for services and operators. They bring no right in any conversation: there, and in every frame, whoever has one is a\n"
            + "stranger, a member, an admin or the owner as everybody else.\n\n| scope | what it allows | calls | in a conversation |\n|---|---|---|---|\n");
        foreach (var right in ScopeRights.Table)
        {
            page.Append($"| `{right.Scope}` | {right.Means} | {Routes().Count(route => route.Scope == right.Scope)}, below | nothing |\n");
        }

        page.Append("\n## Calls\n\n| call | takes |\n|---|---|\n");
        foreach (var route in Routes())
        {
            page.Append($"| `{route.Method} {route.Path}` | {(route.Scope is { } scope ? $"the scope `{scope}`" : Rights(route.Right.Actions))} |\n");
        }

        page.Append("\n## Frames and hub methods\n\n| frame | hub method | takes |\n|---|---|---|\n");
        foreach (var (frame, method, actions) in CallRights.OfConnections)
        {
            page.Append($"| {(frame is null ? "" : $"`{frame}`")} | `{method}` | {Rights(actions)} |\n");
        }

        return page.ToString().ReplaceLineEndings("\n");
    }

    private static string Least(MemberRole? role) => role switch
    {
        null => "nobody",
        MemberRole.Member => "every member",
        MemberRole.Admin => "admins, the owner",
        _ => "the owner",
    };

    private static string Rights(IReadOnlyList<ConversationAction> actions) =>
        actions.Count == 0 ? "nothing more: it is about the caller alone" : string.Join(" or ", actions.Select(action => $"`{action}`"));

    private IReadOnlyList<(string Method, string Path, CallRight Right, string? Scope)> Routes() =>
        [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<CallRight>() is not null)
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (
                Method: method,
                Path: "/" + route.RoutePattern.RawText!.Trim('/'),
                Right: route.Metadata.GetMetadata<CallRight>()!,
                Scope: route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).LastOrDefault(policy => policy is not null))))
            .OrderBy(route => route.Path, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal)];

    private static string PagePath([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/authorization.md"));
}
