using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace ChatOrleans.Silo.Profiles;

/// <summary>
/// Before the member joins. Orleans would share its port with the process that listens there, take itself for that one come back, and have
/// the cluster declare that one dead.
/// </summary>
internal sealed class UnsharedPorts(IOptions<EndpointOptions> endpoint) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(UnsharedPorts), ServiceLifecycleStage.First, Check);

    private Task Check(CancellationToken cancellationToken)
    {
        var options = endpoint.Value;
        Check(nameof(ClusterOptions.SiloPort), options.SiloListeningEndpoint ?? new IPEndPoint(options.AdvertisedIPAddress, options.SiloPort));
        if (options.GatewayPort != 0)
        {
            Check(nameof(ClusterOptions.GatewayPort), options.GatewayListeningEndpoint ?? new IPEndPoint(options.AdvertisedIPAddress, options.GatewayPort));
        }

        return Task.CompletedTask;
    }

    private static void Check(string key, IPEndPoint at)
    {
        try
        {
            MemberEndpoint.Listened(at);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new OptionsValidationException(key, typeof(ClusterOptions),
                [$"{ClusterOptions.Section}:{key} is {at.Port}, where another process listens already. Stop that one, or set another free port."]);
        }
    }
}
