using System.Net.WebSockets;
using ChatOrleans.WebFront.Hosting;
using ChatOrleans.WebFront.Tests.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>Pages of which origins come in, and what answers tell a browser.</summary>
public sealed class DoorsTests : IAsyncLifetime
{
    private const string Key = "a-signing-key-of-more-than-thirty-two-bytes";
    private ChatServer _server = null!;

    public async Task InitializeAsync() => _server = await ChatServer.Start(
        new() { ["Auth:SigningKey"] = Key, ["Web:AllowedOrigins"] = "https://app.example.com", ["Web:FrameAncestors"] = "https://product.example.com" },
        environment: "Production");

    public Task DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(null, true)]
    [InlineData("own", true)]
    [InlineData("https://app.example.com", true)]
    [InlineData("https://app.example.com.evil.com", false)]
    [InlineData("http://app.example.com", false)]
    [InlineData("https://evil.example.com", false)]
    [InlineData("http://localhost:5173", false)]
    [InlineData("null", false)]
    public async Task Pages_OfOtherOrigins_GetNeitherASocketNorAHubNorAnAnswer(string? origin, bool allowed)
    {
        origin = origin == "own" ? _server.Address.GetLeftPart(UriPartial.Authority) : origin;
        using var socket = new ClientWebSocket();
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await socket.ConnectAsync(new UriBuilder(new Uri(_server.Address, $"/ws/notifications/?token={Token()}")) { Scheme = "ws" }.Uri, CancellationToken.None);
        var first = await socket.ReceiveAsync(new byte[65_536], CancellationToken.None);
        Assert.Equal(allowed ? null : 4403, (int?)socket.CloseStatus);
        Assert.Equal(allowed ? WebSocketMessageType.Text : WebSocketMessageType.Close, first.MessageType);

        using var client = _server.With(Token());
        if (origin is not null)
        {
            client.DefaultRequestHeaders.Add("Origin", origin);
        }

        var negotiated = await client.Post("/hubs/chat/negotiate?negotiateVersion=1");
        var read = await client.Get("/api/users/me");
        Assert.Equal(allowed ? 200 : 403, negotiated.Status);
        Assert.Equal(allowed ? 200 : 403, read.Status);
        Assert.Equal(origin == "https://app.example.com" ? origin : null, read.Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("http://[::1]:8000", "[::1]:8000", true)]
    [InlineData("https://[2001:db8::1]", "[2001:DB8::1]", true)]
    [InlineData("http://[::1]:8000", "[::1]:8001", false)]
    [InlineData("http://[::1]:8000", "[::2]:8000", false)]
    public void Pages_OfTheServersOwnIPv6Address_AreItsOwn(string origin, string host, bool allowed)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Origin = origin;
        context.Request.Host = HostString.FromUriComponent(host);
        Assert.Equal(allowed, _server.Services.GetRequiredService<AllowedOrigins>().Allows(context));
    }

    [Fact]
    public async Task Preflight_OfAListedOrigin_IsAnswered()
    {
        using var client = _server.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/conversations");
        request.Headers.Add("Origin", "https://app.example.com");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        using var answer = await client.SendAsync(request);
        Assert.Equal("https://app.example.com", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("POST", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/users/me")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/health/live")]
    [InlineData("/api/nothing")]
    public async Task Answers_TellTheBrowserWhatNotToDo(string path)
    {
        using var client = _server.With(Token());
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("//evil.example.com/")]
    [InlineData("/%2f%2fevil.example.com/")]
    [InlineData("/\\evil.example.com")]
    [InlineData("/..%2f..%2f..%2fetc/passwd")]
    [InlineData("/assets/..%2f..%2fappsettings.json")]
    [InlineData("/assets/%2e%2e/%2e%2e/appsettings.json")]
    [InlineData("/appsettings.json")]
    public async Task Paths_LeadNowhereElse(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await client.GetAsync(new Uri(_server.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Assert.Null(answer.Headers.Location);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("AllowedHosts", text, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
    }

    private static string Token() => new JsonWebTokenHandler().CreateToken(new Microsoft.IdentityModel.Tokens.SecurityTokenDescriptor
    {
        Claims = new Dictionary<string, object> { ["sub"] = "ada" },
        Expires = DateTime.UtcNow.AddHours(1),
        SigningCredentials = new(new Microsoft.IdentityModel.Tokens.SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(Key)), "HS256"),
    });
}
