using System.Security.Claims;
using System.Text;
using ChatOrleans.WebFront.Tests.Api;
using ChatOrleans.WebFront.Tests.Hosting;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ChatServer = ChatOrleans.WebFront.Tests.Hosting.ChatServer;

namespace ChatOrleans.WebFront.Tests.Auth;

/// <summary>A token ends by its time or by being revoked, and every connection that was opened with it ends too.</summary>
public sealed class EndOfTokenTests : IAsyncLifetime
{
    private ChatServer _server = null!;

    public async Task InitializeAsync() => _server = await ChatServer.Start(new()
    {
        ["Auth:ClockSkew"] = "00:00:00",
        ["Auth:RevocationAge"] = "00:00:01",
        ["Realtime:HeartbeatSeconds"] = "2",
    });

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Connections_OfATokenThatExpires_AreClosed()
    {
        var time = new SetClock();
        using var server = new Realtime.ChatServer(time, ("Auth:ClockSkew", "00:00:00"), ("Realtime:HeartbeatSeconds", "2"));
        await using var socket = await SocketDevice.Connect(server.SocketAddress($"token={await server.Token("ada")}"));
        await using var byTicket = await SocketDevice.Connect(
            server.SocketAddress($"ticket={(string?)(await server.Call("ada", HttpMethod.Post, "/api/ws-ticket"))!["ticket"]}"));
        var (hub, hubClosed) = await Hub(server.Address, await server.Token("ada"));
        await socket.Next("hello");
        await byTicket.Next("hello");

        time.Shift = TimeSpan.FromDays(30);

        Assert.Equal(4401, await socket.Closed);
        Assert.Equal(4401, await byTicket.Closed);
        Assert.Contains("unauthenticated: ", (await hubClosed)!.Message, StringComparison.Ordinal);
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task Revoking_ClosesWhatIsOpen_AndRefusesWhatComes_ForThatUserAndThoseTokensAlone()
    {
        var token = Token("ada", TimeSpan.FromHours(1));
        using var ada = _server.With(token);
        await using var socket = await Socket($"token={token}");
        await using var grace = await Socket($"token={Token("grace", TimeSpan.FromHours(1))}");
        var (hub, hubClosed) = await Hub(token);
        var ticket = (await ada.Post("/api/ws-ticket")).Is(200).Text("ticket");
        await socket.Next("hello");
        await grace.Next("hello");
        using var admin = await _server.As("linus", scope: "chat:admin");

        (await admin.Post("/api/users/ada/revoke-tokens")).Is(204);

        Assert.Equal(4401, await socket.Closed);
        Assert.Contains("unauthenticated: ", (await hubClosed)!.Message, StringComparison.Ordinal);
        (await ada.Get("/api/users/me")).IsProblem(401, "unauthenticated");
        await using var byTicket = await Socket($"ticket={ticket}");
        Assert.Equal(4401, await byTicket.Closed);
        // Times of issue are whole seconds.
        using var again = await Eventually.Is(
            () => Task.FromResult(_server.With(Token("ada", TimeSpan.FromHours(1)))),
            client => client.Get("/api/users/me").GetAwaiter().GetResult().Status == 200,
            "a new token to count");
        Assert.False(grace.Closed.IsCompleted);
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task Revoking_IsForAdmins()
    {
        using var ada = await _server.As("ada");
        using var alerts = await _server.As("ada", scope: "alerts:send");
        using var stranger = _server.Stranger();
        (await ada.Post("/api/users/grace/revoke-tokens")).IsProblem(403, "forbidden");
        (await alerts.Post("/api/users/grace/revoke-tokens")).IsProblem(403, "forbidden");
        (await stranger.Post("/api/users/grace/revoke-tokens")).IsProblem(401, "unauthenticated");
        using var admin = await _server.As("linus", scope: "alerts:send chat:admin");
        (await admin.Post("/api/users/a%20b/revoke-tokens")).IsProblem(400, "invalid_request");
    }

    [Fact]
    public async Task Revocation_SurvivesARestart_AndIsAskedForAgain()
    {
        var directory = Directory.CreateTempSubdirectory("chat-revoked-");
        try
        {
            var token = Token("ada", TimeSpan.FromHours(1));
            await using (var first = await ChatServer.Start([], directory.FullName))
            {
                using var admin = await first.As("linus", scope: "chat:admin");
                (await admin.Post("/api/users/ada/revoke-tokens")).Is(204);
            }

            await using var second = await ChatServer.Start([], directory.FullName);
            using var ada = second.With(token);
            (await ada.Get("/api/users/me")).IsProblem(401, "unauthenticated");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private Task<SocketDevice> Socket(string query) => SocketDevice.Connect(
        new UriBuilder(new Uri(_server.Address, $"/ws/notifications/?{query}")) { Scheme = "ws" }.Uri);

    private Task<(HubConnection Hub, Task<Exception?> Closed)> Hub(string token) => Hub(_server.Address, token);

    private static async Task<(HubConnection Hub, Task<Exception?> Closed)> Hub(Uri server, string token)
    {
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(server, "/hubs/chat"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token))
            // The server's heartbeat is short here.
            .WithKeepAliveInterval(TimeSpan.FromMilliseconds(300)).Build();
        hub.Closed += failure =>
        {
            closed.TrySetResult(failure);
            return Task.CompletedTask;
        };
        await hub.StartAsync();
        return (hub, closed.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static string Token(string sub, TimeSpan lifetime) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Subject = new ClaimsIdentity([new Claim("sub", sub)]),
        Expires = DateTime.UtcNow + lifetime,
        SigningCredentials = new SigningCredentials(
            new SymmetricSecurityKey(Encoding.UTF8.GetBytes("chat-orleans-development-key-that-everybody-knows")), SecurityAlgorithms.HmacSha256),
    });
}
