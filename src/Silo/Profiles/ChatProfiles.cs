using System.Net;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.AzureTables;
using ChatOrleans.Silo.Storage.Redis;
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

    /// <summary>Whether there may be other processes.</summary>
    public static bool IsCluster(ChatProfile profile) => profile is ChatProfile.Redis or ChatProfile.AzureStorage;

    public static void UseProfile(this ISiloBuilder silo, ChatProfile profile)
    {
        silo.Services.AddOptions<OrleansClusterOptions>().Configure<IOptions<ClusterOptions>>((orleans, ours) =>
        {
            orleans.ClusterId = ours.Value.ClusterId;
            orleans.ServiceId = ours.Value.ServiceId;
        });
        if (IsCluster(profile))
        {
            silo.UseChatClustering(profile);
        }
        else
        {
            silo.UseSingleProcess();
        }

        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, UnsharedPorts>();
        _ = profile switch
        {
            ChatProfile.Memory => silo.AddMemoryStorage(),
            ChatProfile.Redis => silo.AddRedisStorage(),
            ChatProfile.AzureStorage => silo.AddAzureTablesStorage(),
            _ => silo.AddRocksStorage(),
        };
    }

    /// <summary>A cluster of one. Nothing connects from outside, so there is no gateway, and the silo's port is on loopback only.</summary>
    private static void UseSingleProcess(this ISiloBuilder silo)
    {
        silo.Services.AddOptions<EndpointOptions>().Configure<IOptions<ClusterOptions>>((endpoint, ours) =>
            MemberEndpoint.Fill(endpoint, IPAddress.Loopback, ours.Value.SiloPort, gatewayPort: 0));
        silo.UseDevelopmentClustering(clustering => clustering.Configure<IOptions<EndpointOptions>>((membership, endpoint) =>
            membership.PrimarySiloEndpoint = new IPEndPoint(endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort)));
    }
}
