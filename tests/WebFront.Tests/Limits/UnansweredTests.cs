using System.Net;
using ChatOrleans.Access;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.WebFront.Tests.Limits;

/// <summary>Connections while the grain that admits them does not answer: refused as unavailable, and their places given back.</summary>
public sealed class UnansweredTests
{
    private const string Address = "203.0.113.7";

    /// <summary>Who asks first for what a caller may be kept from by: a place, or whether their tokens were revoked.</summary>
    [Theory]
    [InlineData(nameof(IUserGrain.Lease))]
    [InlineData(nameof(IUserGrain.TokensRevokedAt))]
    public async Task Connections_WhileTheUsersGrainDoesNotAnswer_AreToldToComeBack_AndTakeNoPlace(string method)
    {
        var leases = new FailingCalls(method) { Fail = true };
        using var server = new ChatServer(
            services => services.AddSingleton<IOutgoingGrainCallFilter>(leases), ("Limits:ConnectionsPerAddress", "2"), ("Web:TrustedProxies", "127.0.0.1"));
        for (var i = 0; i < 3; i++)
        {
            await using var socket = await Socket(server);
            Assert.Equal(1012, await socket.Closed);
            Assert.Equal("unavailable", (string?)(await socket.Next("error"))["code"]);

            // Of whom it isn't known whether they are revoked, no hub's connection begins.
            if (method == nameof(IUserGrain.Lease))
            {
                await using var hub = await HubDevice.Connect(server, "ada", messagePack: i == 0, "", FromAddress);
                Assert.Contains("unavailable: ", (await hub.Closed.Task.WaitAsync(TimeSpan.FromSeconds(30)))!.Message, StringComparison.Ordinal);
            }
        }

        var asking = await Assert.ThrowsAsync<HttpRequestException>(() => HubDevice.Connect(server, "ada", messagePack: false));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, asking.StatusCode);
        leases.Fail = false;
        await Eventually.Is(
            async () =>
            {
                await using var next = await Socket(server);
                return (string?)(await next.Await(frames => frames.Count > 0 ? frames[0] : null, "a frame"))["event_type"];
            },
            first => first == "hello", "a place for who comes later");
    }

    [Fact]
    public async Task Calls_OfWhomNobodyKnowsWhetherTheyAreRevoked_AreRefusedForNow_WithoutAFaultInTheLog()
    {
        var calls = new FailingCalls(nameof(IUserGrain.TokensRevokedAt), nameof(ITicketGrain.Redeem)) { Fail = true };
        var lines = new LogLines();
        using var server = new ChatServer(
            services => services.AddSingleton<IOutgoingGrainCallFilter>(calls).AddLogging(logging => logging.AddProvider(lines)));
        using var asking = new HttpRequestMessage(HttpMethod.Get, "/api/users/me");
        asking.Headers.Authorization = new("Bearer", await server.Token("ada"));

        using var answer = await server.Http.SendAsync(asking);
        await using var socket = await SocketDevice.Connect(server.SocketAddress($"ticket={new string('t', 32)}"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(1, answer.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Equal(1012, await socket.Closed);
        Assert.Equal("unavailable", (string?)(await socket.Next("error"))["code"]);
        Assert.DoesNotContain(lines.All, line => line.Level >= LogLevel.Error);
    }

    /// <summary>Without asking first, which would be refused as any call is.</summary>
    private static void FromAddress(HttpConnectionOptions options)
    {
        options.Headers["X-Forwarded-For"] = Address;
        options.Transports = HttpTransportType.WebSockets;
        options.SkipNegotiation = true;
    }

    private static async Task<SocketDevice> Socket(ChatServer server) => await SocketDevice.Connect(
        server.SocketAddress($"token={await server.Token("ada")}"), socket => socket.Options.SetRequestHeader("X-Forwarded-For", Address));

    private sealed class FailingCalls(params string[] methods) : IOutgoingGrainCallFilter
    {
        public volatile bool Fail;

        public Task Invoke(IOutgoingGrainCallContext context) => Fail && methods.Contains(context.MethodName)
            ? throw new TimeoutException("A planned fault.")
            : context.Invoke();
    }
}
