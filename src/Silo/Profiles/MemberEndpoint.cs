using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Orleans.Configuration;

namespace ChatOrleans.Silo.Profiles;

/// <summary>Where the other members reach this one.</summary>
internal static class MemberEndpoint
{
    /// <summary>Fills what Orleans listens at and tells the others. A loopback address is listened at alone.</summary>
    public static void Fill(EndpointOptions endpoint, IPAddress address, int siloPort, int gatewayPort)
    {
        endpoint.AdvertisedIPAddress = address;
        endpoint.SiloPort = siloPort == 0 ? FreePort(address) : siloPort;
        endpoint.GatewayPort = gatewayPort;
        if (!IPAddress.IsLoopback(address))
        {
            // In a container the address that others see need not be one of the machine's own.
            endpoint.SiloListeningEndpoint = new IPEndPoint(Any(address), endpoint.SiloPort);
            endpoint.GatewayListeningEndpoint = gatewayPort == 0 ? null : new IPEndPoint(Any(address), gatewayPort);
        }
    }

    /// <param name="text">An IP address or a host name; empty: this machine's own address.</param>
    public static bool TryResolve(string text, out IPAddress address)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            address = Own();
            return true;
        }

        if (IPAddress.TryParse(text, out address!))
        {
            return true;
        }

        address = Preferred(Resolved(text))!;
        return address is not null;
    }

    /// <summary>What the machine's name resolves to, as containers and their orchestrators set it up; else an interface's address.</summary>
    private static IPAddress Own() =>
        Preferred(Resolved(Dns.GetHostName()).Where(address => !IPAddress.IsLoopback(address)))
        ?? Preferred(NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network is { OperationalStatus: OperationalStatus.Up, NetworkInterfaceType: not NetworkInterfaceType.Loopback })
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address))
        ?? IPAddress.Loopback;

    private static IPAddress? Preferred(IEnumerable<IPAddress> addresses) =>
        addresses.Where(address => !address.IsIPv6LinkLocal).OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).FirstOrDefault();

    private static IPAddress[] Resolved(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
    }

    private static IPAddress Any(IPAddress like) => like.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static int FreePort(IPAddress address) => Listened(new IPEndPoint(IPAddress.IsLoopback(address) ? address : Any(address), 0)).Port;

    /// <summary>Listens for a moment, as the only one. Throws <see cref="SocketException"/> where another process does.</summary>
    public static IPEndPoint Listened(IPEndPoint at)
    {
        using var probe = new TcpListener(at);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }
}
