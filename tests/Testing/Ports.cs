using System.Net;
using System.Net.Sockets;

namespace ChatOrleans.Testing;

/// <summary>Ports of loopback for what tests start a little later.</summary>
public static class Ports
{
    // Below those that the system gives to connections, one of which would have the port by then.
    private const int First = 10_000;
    private const int End = 32_000;
    private static readonly HashSet<int> s_given = [];

    public static int Free() => Free([0]);

    /// <summary>The first of several, each free and given to nobody else of this process.</summary>
    /// <param name="distances">Of each of them from the first.</param>
    public static int Free(IReadOnlyCollection<int> distances)
    {
        lock (s_given)
            while (true)
            {
                var first = Random.Shared.Next(First, End);
                if (distances.All(distance => !s_given.Contains(first + distance) && IsFree(first + distance)))
                {
                    s_given.UnionWith(distances.Select(distance => first + distance));
                    return first;
                }
            }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
