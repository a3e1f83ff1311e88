using System.Text;
using ChatOrleans.Conversations;
using ChatOrleans.WebFront.Canary;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ChatServer = ChatOrleans.WebFront.Tests.Hosting.ChatServer;

namespace ChatOrleans.WebFront.Tests.Canary;

/// <summary>The canary of a real server: healthy once it was on every path, and loud when its messages do not make it.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task Canary_OnEveryPath_IsHealthy_AndMeasured()
    {
        await using var server = await ChatServer.Start(new() { ["Canary:Interval"] = "00:00:00.2" });
        using var stranger = server.Stranger();
        await Eventually.Is(async () => await Health(stranger, "/health/canary"), health => health == "Healthy", "the canary on every path");
        Assert.Equal("Healthy", await Health(stranger, "/health/startup"));
        var metrics = await Eventually.Is(
            () => stranger.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            metrics => new[] { "send", "push", "pull" }.All(path => metrics.Contains($"path=\"{path}\",le=\"+Inf\"", StringComparison.Ordinal)),
            "a latency for each path");
        var conversation = server.Services.GetServices<IHostedService>().OfType<CanaryService>().Single().Conversation;
        var kept = await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IConversationKeeping>(conversation.Value).GetRetention();
        Assert.Equal(TimeSpan.FromHours(1), kept.Age);
        Assert.Contains("chat_connections{otel_scope_name=\"ChatOrleans\",transport=\"canary\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Canary_WhoseSessionADrainCloses_LeavesNoneBehind()
    {
        await using var server = await ChatServer.Start(new() { ["Canary:Interval"] = "00:00:00.2" });
        using var operate = await server.As("operator", scope: "chat:admin");
        for (var i = 0; i < 3; i++)
        {
            (await operate.Post("/operator/api/drain")).Is(204);
            (await operate.Delete("/operator/api/drain")).Is(204);
            await Eventually.Is(async () => await Health(operate, "/health/canary"), health => health == "Healthy", "the canary on every path");
        }

        await Eventually.Is(
            () => operate.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            metrics => metrics.Contains("transport=\"canary\"} 1", StringComparison.Ordinal), "one connection of the canary");
    }

    [Fact]
    public async Task Canary_ThatIsNotAskedFor_DoesNothing()
    {
        await using var server = await ChatServer.Start([]);
        using var stranger = server.Stranger();
        Assert.Equal("Off", await Health(stranger, "/health/canary"));
        Assert.DoesNotContain("transport=\"canary\"", await stranger.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_canary.sender.0123456789abcdef")]
    [InlineData("_CANARY.x")]
    public async Task Nobody_SignsInAsTheCanary(string id)
    {
        const string Key = "a key that is long enough for a test of signatures";
        await using var server = await ChatServer.Start(new() { ["Auth:SigningKey"] = Key, ["Auth:AllowUserIdWithoutToken"] = "true" });
        using var stranger = server.Stranger();
        (await stranger.Post("/api/auth/token", new { user_id = id })).IsProblem(400, "invalid_request");
        (await stranger.Get($"/api/users/me?user_id={id}")).IsProblem(401, "unauthenticated");
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object> { ["sub"] = id },
            Expires = DateTime.UtcNow.AddMinutes(5),
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Key)), SecurityAlgorithms.HmacSha256),
        });
        using var canary = server.With(token);
        (await canary.Get("/api/users/me")).IsProblem(401, "unauthenticated");
        (await canary.Post("/api/ws-ticket")).IsProblem(401, "unauthenticated");
        foreach (var query in new[] { $"token={token}", $"user_id={id}" })
        {
            await using var socket = await SocketDevice.Connect(new Uri($"ws://{server.Address.Authority}/ws/notifications/?{query}"));
            Assert.Equal(4401, await socket.Closed);
        }
    }

    private static async Task<string> Health(HttpClient stranger, string path)
    {
        using var answer = await stranger.GetAsync(new Uri(path, UriKind.Relative));
        return await answer.Content.ReadAsStringAsync();
    }
}
