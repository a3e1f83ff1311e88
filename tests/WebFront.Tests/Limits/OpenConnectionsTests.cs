using System.Net;
using System.Net.Sockets;
using ChatOrleans.WebFront.Tests.Realtime;

namespace ChatOrleans.WebFront.Tests.Limits;

/// <summary>A server that holds few connections for requests, and waits long for each.</summary>
public sealed class SmallServer() : ChatServer(("Web:Connections", "20"), ("Web:HeadSeconds", "600"), ("Web:IdleSeconds", "600"));

public sealed class OpenConnectionsTests(SmallServer server) : IClassFixture<SmallServer>
{
    private const int Most = 20;

    [Fact]
    public async Task SilentConnections_TooMany_AreClosedAtOnce_AndWhoIsConnectedGoesOn()
    {
        var room = await server.Room("ada", "grace");
        await using var ada = await SocketDevice.Connect(server, "ada");
        await using var grace = await SocketDevice.Connect(server, "grace");
        await Task.WhenAll(ada.Next("hello"), grace.Next("hello"));

        var silent = await Task.WhenAll(Enumerable.Range(0, 2 * Most).Select(_ => Open()));
        var closed = silent.Select(Closed).ToList();
        for (var tooMany = 0; tooMany < Most; tooMany++)
        {
            closed.Remove(await Task.WhenAny(closed).WaitAsync(TimeSpan.FromSeconds(30)));
        }

        // A WebSocket is no request: it has its place, however many come.
        await ada.Say(room, "still here");
        await grace.Next("new_message");

        Array.ForEach(silent, socket => socket.Dispose());
        await Task.WhenAll(closed).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task<Socket> Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        return socket;
    }

    private static async Task Closed(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset, or let go of here: as good.
        }
    }
}
