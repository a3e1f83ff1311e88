using Microsoft.AspNetCore.SignalR;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>Hands a hub its own connection, to which a session writes directly. Nothing here sends to groups or to all.</summary>
internal sealed class ConnectedHubs(ILogger<DefaultHubLifetimeManager<ChatHub>> log) : DefaultHubLifetimeManager<ChatHub>(log)
{
    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        connection.Features.Set(connection);
        return base.OnConnectedAsync(connection);
    }
}
