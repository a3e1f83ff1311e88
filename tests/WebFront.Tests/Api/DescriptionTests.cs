using System.Text.Json;
using System.Text.RegularExpressions;
using ChatOrleans.WebFront.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.WebFront.Tests.Api;

/// <summary>/openapi/v1.json tells of every call, of all its outcomes, and of the objects as they really are.</summary>
[Collection(ServerCollection.Name)]
public sealed partial class DescriptionTests(ChatServer server)
{
    [Fact]
    public async Task Description_CoversEveryRoute()
    {
        var described = (await Operations()).Select(operation => $"{operation.Method} {operation.Path}").Order();
        Assert.Equal(Routes().SelectMany(route => Methods(route).Select(method => $"{method} {Template(route)}")).Order(), described);
    }

    [Fact]
    public async Task Description_IsMadeOnce()
    {
        var made = 0;
        using var own = new Realtime.ChatServer(services => services.Configure<OpenApiOptions>(
            "v1", options => options.AddDocumentTransformer((_, _, _) => Task.FromResult(Interlocked.Increment(ref made)))));

        var texts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => own.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative))));

        Assert.Equal(1, made);
        Assert.Single(texts.Distinct());
    }

    [Fact]
    public void EveryRoute_NeedsACaller()
    {
        var open = Routes().Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null || route.Metadata.GetMetadata<IAuthorizeData>() is null);
        Assert.Equal(["/api/auth/token"], open.Select(Template));
    }

    [Fact]
    public async Task Description_TellsEveryOutcome()
    {
        foreach (var (method, path, operation) in await Operations())
        {
            var statuses = operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToList();
            Assert.True(statuses.Any(status => status.StartsWith('2')), $"{method} {path} tells of no success.");
            Assert.True(statuses.Contains("401") || path == "/api/auth/token", $"{method} {path} does not tell that it needs a caller.");
            Assert.Contains("500", statuses);
            Assert.Contains("503", statuses);
            Assert.True(operation.TryGetProperty("requestBody", out _) is false || statuses.Contains("400"), $"{method} {path} takes a body and refuses none.");
            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
        }
    }

    [Fact]
    public async Task Description_HasNoReferenceIntoNothing()
    {
        var text = await Text();
        var schemas = JsonDocument.Parse(text).RootElement.GetProperty("components").GetProperty("schemas");
        var references = Reference().Matches(text).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.True(schemas.TryGetProperty(name, out _), $"There is no {name}."));
    }

    [Theory]
    [InlineData("SendBody", "text")]
    [InlineData("CreateBody", "kind members")]
    [InlineData("AlertBody", "user_ids title content")]
    [InlineData("ReadBody", "seq")]
    [InlineData("ChangeBody", "")]
    public async Task Bodies_SayWhatMustBeThere(string name, string required)
    {
        var body = JsonDocument.Parse(await Text()).RootElement.GetProperty("components").GetProperty("schemas").GetProperty(name);
        var told = body.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(field => field.GetString()!) : [];
        Assert.Equal(required, string.Join(' ', told));
        Assert.All(told, field => Assert.Equal(JsonValueKind.String, body.GetProperty("properties").GetProperty(field).GetProperty("type").ValueKind));
    }

    [Fact]
    public async Task Objects_AreAsDescribed()
    {
        var lounge = await Lounge.Open(server);
        await lounge.Say(lounge.Ada, "hello");
        var schemas = JsonDocument.Parse(await Text()).RootElement.GetProperty("components").GetProperty("schemas");
        var conversation = (await lounge.Grace.Get(lounge.Path)).Is(200).Body;
        var sync = await Eventually.Is(() => lounge.Grace.Get("/api/sync"), sync => sync.Number("cursor") == 2, "the invitation and the message in the feed");
        IsAs(schemas, "conversation", conversation);
        IsAs(schemas, "member", conversation.GetProperty("members")[0]);
        IsAs(schemas, "message", conversation.GetProperty("last_message"));
        IsAs(schemas, "change", (await lounge.Grace.Get($"{lounge.Path}/changes")).Body[0], all: false);
        IsAs(schemas, "user", (await lounge.Grace.Get("/api/users/me")).Body);
        IsAs(schemas, "sync", sync.Body);
        IsAs(schemas, "snapshot", sync.Body.GetProperty("snapshot"));
        IsAs(schemas, "notification", (await lounge.Grace.Get("/api/notifications")).Body[0]);
        IsAs(schemas, "read", (await lounge.Grace.Post($"{lounge.Path}/read", new { seq = 1 })).Body);
        IsAs(schemas, "reason", (await lounge.Grace.Get($"/api/notifications/why?message_id={conversation.GetProperty("last_message").GetProperty("id").GetString()}")).Body);
        IsAs(schemas, "audit", (await lounge.Grace.Get("/api/users/me/audit")).Body);
        IsAs(schemas, "ticket", (await lounge.Grace.Post("/api/ws-ticket")).Body);
        using var operate = await server.As("operator", scope: "chat:admin");
        IsAs(schemas, "cluster_member", (await operate.Get("/operator/api/members")).Is(200).Body[0]);
        var front = (await operate.Get("/operator/api/front")).Is(200).Body;
        IsAs(schemas, "front", front);
        IsAs(schemas, "health", front.GetProperty("canary"));
        IsAs(schemas, "user_state", (await operate.Get($"/operator/api/users/{lounge.GraceId}")).Is(200).Body);
        IsAs(schemas, "disconnected", (await operate.Post($"/operator/api/users/{lounge.GraceId}/disconnect")).Is(200).Body);
        IsAs(schemas, "retention", (await operate.Get($"/operator/api/conversations/{lounge.Id}/retention")).Is(200).Body);
        using var stranger = server.Stranger();
        IsAs(schemas, "token", (await stranger.Post("/api/auth/token", new { user_id = "ada" })).Body);
    }

    private static void IsAs(JsonElement schemas, string name, JsonElement value, bool all = true)
    {
        var described = schemas.GetProperty(name).GetProperty("properties").EnumerateObject().Select(property => property.Name).ToList();
        var there = value.EnumerateObject().Select(property => property.Name).ToList();
        Assert.True(there.All(described.Contains), $"{name} has what is not described: {string.Join(", ", there.Except(described))}");
        Assert.True(!all || described.Count == there.Count, $"{name} lacks what is described: {string.Join(", ", described.Except(there))}");
    }

    private IEnumerable<RouteEndpoint> Routes() => server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(route => (Template(route).StartsWith("/api/", StringComparison.Ordinal) || Template(route).StartsWith("/operator/api/", StringComparison.Ordinal)) && Methods(route).Any());

    private static string Template(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/');

    private static IReadOnlyList<string> Methods(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];

    private async Task<List<(string Method, string Path, JsonElement Operation)>> Operations() =>
        [.. from path in JsonDocument.Parse(await Text()).RootElement.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select (operation.Name.ToUpperInvariant(), path.Name, operation.Value)];

    private async Task<string> Text()
    {
        using var stranger = server.Stranger();
        return await stranger.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative));
    }

    [GeneratedRegex("\"#/components/schemas/([A-Za-z]+)\"")]
    private static partial Regex Reference();
}
