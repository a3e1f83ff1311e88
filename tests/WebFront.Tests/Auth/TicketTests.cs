using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using ChatServer = ChatOrleans.WebFront.Tests.Realtime.ChatServer;

namespace ChatOrleans.WebFront.Tests.Auth;

/// <summary>A ticket opens one connection, as its token would have.</summary>
[Collection(nameof(ChatServer))]
public sealed class TicketTests(ChatServer server)
{
    [Fact]
    public async Task Ticket_OpensASocketOnce()
    {
        var ticket = await Ticket("ada");

        await using (var first = await SocketDevice.Connect(server.SocketAddress($"ticket={ticket}")))
        {
            Assert.Equal("ada", (string?)(await first.Next("hello"))["user_id"]);
        }

        await using var second = await SocketDevice.Connect(server.SocketAddress($"ticket={ticket}"));
        Assert.Equal(4401, await second.Closed);
    }

    [Fact]
    public async Task Ticket_OpensAHubOnce_WhereNothingIsNegotiated()
    {
        var ticket = await Ticket("ada");

        await using (var first = Hub(ticket))
        {
            await first.StartAsync();
            Assert.Equal(HubConnectionState.Connected, first.State);
        }

        await using var second = Hub(ticket);
        await Assert.ThrowsAnyAsync<Exception>(() => second.StartAsync());
    }

    [Fact]
    public async Task Ticket_IsGoodForOneOfManyAtOnce()
    {
        var ticket = await Ticket("ada");
        var devices = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SocketDevice.Connect(server.SocketAddress($"ticket={ticket}"))));

        var refused = 0;
        foreach (var device in devices)
        {
            await Task.WhenAny(device.Closed, device.Next("hello"));
            refused += device.Frames.Count == 0 && await device.Closed == 4401 ? 1 : 0;
            await device.DisposeAsync();
        }

        Assert.Equal(7, refused);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(31, false)]
    public async Task Ticket_CountsFor30Seconds(int age, bool opens)
    {
        var time = new LaterTime();
        using var own = new ChatServer(time);
        var ticket = (string)(await own.Call("ada", HttpMethod.Post, "/api/ws-ticket"))!["ticket"]!;

        time.Later = TimeSpan.FromSeconds(age);
        await using var device = await SocketDevice.Connect(own.SocketAddress($"ticket={ticket}"));

        if (opens)
        {
            await device.Next("hello");
        }
        else
        {
            Assert.Equal(4401, await device.Closed);
        }
    }

    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Later { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Later;
    }

    [Theory]
    [InlineData("ticket=nonsense")]
    [InlineData("ticket=Zm9yIG9uZSBjb25uZWN0aW9uIGFsb25l")]
    [InlineData("ticket=")]
    public async Task Ticket_ThatNeverWas_OpensNothing(string query)
    {
        await using var device = await SocketDevice.Connect(server.SocketAddress(query));
        Assert.Equal(4401, await device.Closed);
    }

    [Fact]
    public async Task Ticket_IsForConnectionsAlone_AndForItsOwnUser()
    {
        using var answer = await server.Http.GetAsync(new Uri($"/api/users/me?ticket={await Ticket("ada")}", UriKind.Relative));
        Assert.Equal(401, (int)answer.StatusCode);
        await using var device = await SocketDevice.Connect(server.SocketAddress($"ticket={await Ticket("ada")}&user_id=grace"));
        Assert.Equal(4403, await device.Closed);
    }

    private async Task<string> Ticket(string user)
    {
        var answer = (await server.Call(user, HttpMethod.Post, "/api/ws-ticket"))!;
        Assert.InRange(DateTime.Parse((string)answer["expires_at"]!, null, System.Globalization.DateTimeStyles.AdjustToUniversal), DateTime.UtcNow, DateTime.UtcNow.AddSeconds(31));
        return (string)answer["ticket"]!;
    }

    private HubConnection Hub(string ticket) => new HubConnectionBuilder().WithUrl(new Uri(server.Address, $"/hubs/chat?ticket={ticket}"), options =>
    {
        options.SkipNegotiation = true;
        options.Transports = HttpTransportType.WebSockets;
    }).Build();
}
