using System.Net.Sockets;
using System.Net.WebSockets;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>How a call ends when the server is killed, starting or cut off: its outcome is unknown, and a repeat is safe.</summary>
public static class Outage
{
    // HttpClient lets a bare SocketException through when the other side goes away between connecting and the first byte.
    public static bool Is(Exception exception) => exception
        is HttpRequestException or WebSocketException or SocketException or IOException or OperationCanceledException;
}
