using System.Net;
using System.Net.Sockets;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansClusterOptions = Orleans.Configuration.ClusterOptions;

namespace ChatOrleans.Silo.Profiles;

/// <summary>What each profile means: which clustering and which storage.</summary>
internal static class ChatProfiles
{
    /// <summary>By name alone: a number would parse as an enum too, and mean something else once the list grows.</summary>
    public static bool TryParse(string? text, out ChatProfile profile) =>
        Enum.TryParse(text, ignoreCase: true, out profile) && string.Equals(profile.ToString(), text, StringComparison.OrdinalIgnoreCase);

    public static void UseProfile(this ISiloBuilder silo, ChatProfile profile)
    {
        silo.UseSingleProcess();
        if (profile == ChatProfile.Memory)
        {
            silo.AddMemoryStorage();
        }
        else
        {
            silo.AddRocksStorage();
        }
    }

    /// <summary>A cluster of one. Nothing connects from outside, so there is no gateway, and the silo's port is on loopback only.</summary>
    private static void UseSingleProcess(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<OrleansClusterOptions>().Configure<IOptions<ClusterOptions>>((orleans, ours) =>
        {
            orleans.ClusterId = ours.Value.ClusterId;
            orleans.ServiceId = ours.Value.ServiceId;
        });
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<ClusterOptions>>((endpoint, ours) =>
        {
            endpoint.AdvertisedIPAddress = IPAddress.Loopback;
            endpoint.SiloPort = ours.Value.SiloPort == 0 ? FreePort() : ours.Value.SiloPort;
            endpoint.GatewayPort = 0;
        });
        silo.UseDevelopmentClustering(clustering => clustering.Configure<IOptions<EndpointOptions>>((membership, endpoint) =>
            membership.PrimarySiloEndpoint = new IPEndPoint(endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort)));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
