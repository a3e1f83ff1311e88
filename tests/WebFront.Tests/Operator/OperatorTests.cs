using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ChatOrleans.WebFront.Tests.Operator;

/// <summary>What the operator sees and does, and that nobody else does.</summary>
[Collection(ServerCollection.Name)]
public sealed class OperatorTests(ChatServer server)
{
    private const string Scope = "chat:admin";

    [Fact]
    public async Task EveryCall_NeedsTheScope()
    {
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/operator/api", StringComparison.Ordinal)).ToList();
        Assert.True(routes.Count > 10);
        Assert.All(routes, route => Assert.Contains(route.Metadata.GetOrderedMetadata<IAuthorizeData>(), data => data.Policy == Scope));
        using var ada = await server.As("ada");
        using var stranger = server.Stranger();
        (await ada.Get("/operator/api/members")).IsProblem(403, "forbidden");
        (await ada.Post("/operator/api/users/grace/erase")).IsProblem(403, "forbidden");
        (await stranger.Get("/operator/api/members")).IsProblem(401, "unauthenticated");
        (await ada.Post("/operator/session")).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task Operator_SeesTheCluster_AUser_AndWhy()
    {
        var lounge = await Lounge.Open(server);
        var message = (await lounge.Say(lounge.Ada, "hello")).GetProperty("id").GetString();
        using var operate = await server.As("operator", scope: Scope);
        var member = Assert.Single((await operate.Get("/operator/api/members")).Is(200).Body.EnumerateArray());
        Assert.Equal(("Active", "web", true), (member.GetProperty("status").GetString(), member.GetProperty("role").GetString(), member.GetProperty("here").GetBoolean()));
        Assert.Equal((false, JsonValueKind.Number), (member.GetProperty("draining").GetBoolean(), member.GetProperty("connections").ValueKind));
        (await operate.Post("/operator/api/members/127.0.0.1:1@1/drain")).IsProblem(404, "not_found");
        Assert.InRange(member.GetProperty("started_at").GetDateTime(), DateTime.UtcNow.AddHours(-1), DateTime.UtcNow.AddMinutes(1));
        // Those that lag: others' may, for a moment.
        await Eventually.Is(
            () => operate.Get("/operator/api/conversations"), lagging => !lagging.Is(200).Body.ToString().Contains(lounge.Id, StringComparison.Ordinal), "nobody of the lounge who lags");
        var user = await Eventually.Is(
            () => operate.Get($"/operator/api/users/{lounge.GraceId}"), state => state.Number("unread_messages") == 1, "the message in grace's inbox");
        Assert.Equal((1, 2), (user.Number("conversations"), user.Number("unread_notifications")));
        Assert.Equal("delivered", (await operate.Get($"/operator/api/users/{lounge.GraceId}/why?message_id={message}")).Is(200).Text("reason"));
        Assert.Equal(0, (await operate.Get($"/operator/api/users/{lounge.GraceId}/audit")).Is(200).Number("drift"));
        (await operate.Get("/operator/api/users/no%20id")).IsProblem(400, "invalid_request");
    }

    [Fact]
    public async Task User_ToWhomNothingEverCame_IsNotKnown()
    {
        var lounge = await Lounge.Open(server);
        using var operate = await server.As("operator", scope: Scope);

        Assert.False((await operate.Get($"/operator/api/users/{lounge.GraceId}-misspelt")).Is(200).Body.GetProperty("known").GetBoolean());
        await Eventually.Is(() => operate.Get($"/operator/api/users/{lounge.GraceId}"), state => state.Body.GetProperty("known").GetBoolean(), "the invitation in grace's feed");
    }

    [Fact]
    public async Task Front_TellsItsHealth_AndItsMetrics_WhereABalancerKeepsTheirPathsInside()
    {
        using var operate = await server.As("operator", scope: Scope);
        using var ada = await server.As("ada");

        var front = (await operate.Get("/operator/api/front")).Is(200).Body;

        Assert.Equal(("Healthy", "Off", false), (StatusOf("ready"), StatusOf("canary"), front.GetProperty("dashboard").GetBoolean()));
        Assert.Contains("Canary:Interval", front.GetProperty("canary").GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("orleans_", await operate.GetStringAsync(new Uri("/operator/metrics", UriKind.Relative)), StringComparison.Ordinal);
        (await ada.Get("/operator/metrics")).IsProblem(403, "forbidden");

        string? StatusOf(string name) => front.GetProperty(name).GetProperty("status").GetString();
    }

    [Fact]
    public async Task ExportAndErase_AreJobs_AndTheExportIsTheContractsObjects()
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Grace, 3);
        (await lounge.Grace.Get("/api/users/me/export")).IsProblem(404, "not_found");
        (await lounge.Grace.Post("/api/users/me/export")).Is(202);
        await Eventually.Is(() => lounge.Grace.Get("/api/users/me/export"), job => !job.Body.GetProperty("running").GetBoolean(), "the end of the export");
        using var content = await lounge.Grace.GetAsync(new Uri("/api/users/me/export/content", UriKind.Relative));
        Assert.Equal("application/x-ndjson", content.Content.Headers.ContentType?.MediaType);
        var lines = (await content.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["user", "conversation", "message", "message", "message"], lines.Select(line => line.GetProperty("type").GetString()));
        Assert.Equal("message 3", lines[^1].GetProperty("message").GetProperty("text").GetString());

        using var operate = await server.As("operator", scope: Scope);
        var path = $"/operator/api/users/{lounge.GraceId}/erase";
        (await operate.Post(path)).Is(202);
        var erased = await Eventually.Is(() => operate.Get(path), job => !job.Body.GetProperty("running").GetBoolean(), "the end of the erasure");
        Assert.Equal((3, 0), (erased.Number("messages"), erased.Number("failures")));
        Assert.All((await lounge.Ada.Get($"{lounge.Path}/messages")).Is(200).Body.EnumerateArray(), message => Assert.True(message.GetProperty("deleted").GetBoolean()));
    }

    /// <summary>Metas were once kept as they were sent, line breaks and all.</summary>
    [Fact]
    public async Task Export_OfAMetaWithLineBreaks_IsOneLineAnObject()
    {
        var lounge = await Lounge.Open(server);
        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IConversationGrain>(lounge.Id).Post(
            new PostMessage { Actor = new Actor(new(lounge.GraceId), null), Text = "x", Meta = "{\r\n  \"a\": 1\n}" });
        (await lounge.Grace.Post("/api/users/me/export")).Is(202);
        await Eventually.Is(() => lounge.Grace.Get("/api/users/me/export"), job => !job.Body.GetProperty("running").GetBoolean(), "the end of the export");

        using var content = await lounge.Grace.GetAsync(new Uri("/api/users/me/export/content", UriKind.Relative));

        var lines = (await content.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(1, lines[^1].GetProperty("message").GetProperty("meta").GetProperty("a").GetInt32());
    }

    [Fact]
    public async Task UseOfAnOperatorsRights_IsLoggedWithWhoAndWhose()
    {
        var lounge = await Lounge.Open(server);
        using var operate = await server.As($"operator-of-{lounge.GraceId}", scope: Scope);
        var path = $"/operator/api/users/{lounge.GraceId}";

        (await operate.Post($"{path}/export")).Is(202);
        await Eventually.Is(() => operate.Get($"{path}/export"), job => !job.Body.GetProperty("running").GetBoolean(), "the end of the export");
        using (await operate.GetAsync(new Uri($"{path}/export/content", UriKind.Relative)))
        {
            (await operate.Post($"/api/users/{lounge.GraceId}/revoke-tokens")).Is(204);
        }

        (await operate.Post($"{path}/erase")).Is(202);

        Assert.Equal(
            ["began Export for", "reads the export of", "revoked the tokens of", "began Erase for"],
            server.Logs.All.Where(line => line.Text.StartsWith($"Operator operator-of-{lounge.GraceId} ", StringComparison.Ordinal))
                .Select(line => line.Text.Trim()[$"Operator operator-of-{lounge.GraceId} ".Length..].Replace($" user {lounge.GraceId}.", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cookie_OutsideDevelopment_IsSecure_EvenWhereAProxySpeaksHttp()
    {
        const string Key = "a-signing-key-of-more-than-thirty-two-bytes";
        await using var own = await ChatServer.Start(new() { ["Auth:SigningKey"] = Key }, environment: "Production");
        using var operate = own.With(new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["sub"] = "operator", ["scope"] = Scope },
            Expires = DateTime.UtcNow.AddMinutes(5),
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Key)), SecurityAlgorithms.HmacSha256),
        }));

        var opened = (await operate.Post("/operator/session")).Is(204);

        Assert.Contains("; secure;", opened.Header("Set-Cookie"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_IsSetAndTold()
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Ada, 5);
        using var operate = await server.As("operator", scope: Scope);
        var path = $"/operator/api/conversations/{lounge.Id}/retention";
        (await operate.Post(path, new { messages = 2 })).Is(204);
        var kept = (await operate.Get(path)).Is(200);
        Assert.Equal((2, 4, 5, false), (kept.Number("messages"), kept.Number("first_seq"), kept.Number("last_seq"), kept.Body.GetProperty("removing").GetBoolean()));
        Assert.Equal(4, (await lounge.Grace.Get(lounge.Path)).Is(200).Number("first_seq"));
        (await operate.Post(path, new { days = -1 })).IsProblem(400, "invalid_request");
    }

    [Fact]
    public async Task Retention_OfNoConversation_SaysThatThereIsNone()
    {
        using var operate = await server.As("operator", scope: Scope);
        foreach (var id in new[] { "conv_nobody", ConversationId.New().Value })
        {
            Assert.Equal("There is no such conversation.", (await operate.Get($"/operator/api/conversations/{id}/retention")).IsProblem(404, "not_found").Text("detail"));
            (await operate.Post($"/operator/api/conversations/{id}/retention", new { messages = 2 })).IsProblem(404, "not_found");
        }
    }

    [Fact]
    public async Task Disconnect_EndsConnections_AndDrain_TakesTheMemberOutOfWork()
    {
        await using var own = await ChatServer.Start([]);
        using var operate = await own.As("operator", scope: Scope);
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{own.Address.Authority}/ws/notifications/?token={await own.TokenOf("ada")}"), CancellationToken.None);
        await Eventually.Is(() => operate.Get("/operator/api/users/ada"), state => state.Body.GetProperty("connections").GetArrayLength() == 1, "ada's connection");
        Assert.Equal(1, (await operate.Post("/operator/api/users/ada/disconnect")).Is(200).Number("connections"));
        await Eventually.Is(() => operate.Get("/operator/api/users/ada"), state => state.Body.GetProperty("connections").GetArrayLength() == 0, "no connection");
        (await operate.Post("/operator/api/drain")).Is(204);
        using var draining = await operate.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Draining"), (draining.StatusCode, await draining.Content.ReadAsStringAsync()));
        Assert.Equal("Draining", (await operate.Get("/operator/api/front")).Is(200).Body.GetProperty("ready").GetProperty("status").GetString());
        // Somebody wants it so: nothing that anybody should look at, however often it is asked.
        Assert.DoesNotContain(own.Logs.Warnings, line => line.Contains("HealthChecks", StringComparison.Ordinal));
        (await operate.Delete("/operator/api/drain")).Is(204);
        Assert.Equal("Healthy", await operate.GetStringAsync(new Uri("/health/ready", UriKind.Relative)));
    }

    [Fact]
    public async Task Page_SignsInByACookie_ThatIsSentToTheOperatorsPagesAlone()
    {
        await using var own = await ChatServer.Start(new() { ["Operator:Dashboard"] = "true" });
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(handler) { BaseAddress = own.Address };
        using (var page = await browser.GetAsync(new Uri("/operator", UriKind.Relative)))
        {
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(new Uri("/operator/dashboard/", UriKind.Relative))).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/operator/session") { Content = JsonContent.Create(new { }) };
        request.Headers.Authorization = new("Bearer", await own.TokenOf("operator", scope: Scope));
        using var opened = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, opened.StatusCode);
        var cookie = opened.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("path=/operator; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        (await browser.Get("/operator/api/members")).Is(200);
        (await browser.Get("/api/users/me")).IsProblem(401, "unauthenticated");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("/operator/dashboard/", UriKind.Relative))).StatusCode);
    }
}
