using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ChatOrleans.WebFront.Tests.Auth;

[Collection(ServerCollection.Name)]
public sealed class AuthTests(ChatServer server)
{
    private const string DevelopmentKey = "chat-orleans-development-key-that-everybody-knows";

    [Fact]
    public async Task Call_WithoutToken_IsUnauthenticated()
    {
        using var stranger = server.Stranger();
        var refused = (await stranger.Get("/api/users/me")).IsProblem(401, "unauthenticated");
        Assert.Equal("Bearer", refused.Header("WWW-Authenticate"));
    }

    public static TheoryData<string, string> BadTokens => new()
    {
        { "nonsense", "nonsense" },
        { "another key", Token("ada", key: "another-key-that-is-also-long-enough-to-be-taken") },
        { "expired", Token("ada", expires: DateTime.UtcNow.AddMinutes(-5)) },
        { "not yet valid", Token("ada", notBefore: DateTime.UtcNow.AddMinutes(30), expires: DateTime.UtcNow.AddHours(1)) },
        { "no sub", Token(null) },
        { "blank in sub", Token("a b") },
        { "long sub", Token(new string('a', 65)) },
        { "slash in sub", Token("a/b") },
        { "unsigned", new JsonWebTokenHandler().CreateToken("{\"sub\":\"ada\",\"exp\":4102444800}") },
    };

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Call_WithABadToken_IsUnauthenticated(string what, string token)
    {
        _ = what;
        using var client = server.With(token);
        (await client.Get("/api/users/me")).IsProblem(401, "unauthenticated");
        (await client.Post("/api/alerts", new { })).IsProblem(401, "unauthenticated");
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("Ada.Lovelace_1815-12@example.org")]
    public async Task Call_WithAGoodSub_IsLetIn(string sub)
    {
        using var client = server.With(Token(sub));
        Assert.Equal(sub, (await client.Get("/api/users/me")).Is(200).Text("id"));
    }

    [Fact]
    public async Task Call_WhenExpiredWithinTheSkew_IsLetIn()
    {
        using var client = server.With(Token("ada", expires: DateTime.UtcNow.AddSeconds(-5)));
        (await client.Get("/api/users/me")).Is(200);
    }

    [Fact]
    public async Task Call_WithAnothersUserId_IsForbidden()
    {
        using var client = server.With(Token("ada"));
        (await client.Get("/api/users/me?user_id=grace")).IsProblem(403, "forbidden");
        (await client.Get("/api/users/me?user_id=ada")).Is(200);
        (await client.Get("/api/users/me?user_id=")).Is(200);
    }

    [Fact]
    public async Task Hub_IsForCallersAlone_AndForNoOtherUserId()
    {
        using var stranger = server.Stranger();
        var token = Token("ada");
        (await stranger.Post("/hubs/chat/negotiate?negotiateVersion=1")).IsProblem(401, "unauthenticated");
        (await stranger.Post("/hubs/chat/negotiate?access_token=nonsense")).IsProblem(401, "unauthenticated");
        (await stranger.Post($"/hubs/chat/negotiate?access_token={token}&user_id=grace")).IsProblem(403, "forbidden");
        (await stranger.Post($"/hubs/chat/negotiate?access_token={token}&user_id=ada")).Is(200);
        (await stranger.Post($"/hubs/chat/negotiate?token={token}")).Is(200);
    }

    [Fact]
    public async Task Call_WithTheTokenInTheQuery_IsUnauthenticated()
    {
        using var stranger = server.Stranger();
        (await stranger.Get($"/api/users/me?access_token={Token("ada")}")).IsProblem(401, "unauthenticated");
        (await stranger.Get("/api/users/me?user_id=ada")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Token_NeverReachesALogLine_WhateverLevelsAreSet()
    {
        // By ordinary settings, everything; ours wins where it says less.
        await using var talkative = await ChatServer.Start(new()
        {
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace",
        });
        using var stranger = talkative.Stranger();
        var token = Token("ada-planted");
        var query = $"?token={token}&access_token={token}&user_id=ada-planted";
        foreach (var path in new[] { "/ws/notifications/", "/api/users/me", "/api/nothing", "/nothing.png", "/" })
        {
            await stranger.GetAsync(new Uri(path + query, UriKind.Relative));
        }

        await stranger.PostAsync(new Uri($"/hubs/chat/negotiate{query}", UriKind.Relative), null);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(talkative.Address, $"/ws/notifications/{query}")) { Scheme = "ws" }.Uri, CancellationToken.None);
        var hello = await socket.ReceiveAsync(new byte[65_536], CancellationToken.None);
        Assert.Equal(WebSocketMessageType.Text, hello.MessageType);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

        var signature = token.Split('.')[2];
        Assert.Contains(talkative.Logs.All, line => line.Level == LogLevel.Trace || line.Level == LogLevel.Debug);
        Assert.Empty(talkative.Logs.All.Where(line => line.Text.Contains(signature, StringComparison.Ordinal)).Select(line => $"{line.Level} {line.Category}").Distinct());
    }

    private static string Token(
        string? sub, string key = DevelopmentKey, DateTime? expires = null, DateTime? notBefore = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity(sub is null ? [] : [new Claim("sub", sub)]),
            NotBefore = notBefore,
            Expires = expires ?? DateTime.UtcNow.AddHours(1),
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), SecurityAlgorithms.HmacSha256),
        });
}
