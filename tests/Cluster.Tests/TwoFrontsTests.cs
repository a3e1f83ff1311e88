using System.Net.WebSockets;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace ChatOrleans.Cluster.Tests;

/// <summary>Separate processes that find each other: what is said at one front arrives at the other.</summary>
[Collection(SharedCluster.Name)]
public sealed class TwoFrontsTests(SharedCluster shared)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Message_PostedAtOneFront_ReachesADeviceAtTheOther()
    {
        var cluster = shared.Cluster;
        using var grace = await cluster.SignIn("grace", front: 0);
        using var ada = await cluster.SignIn("ada", front: 1);
        await using var device = cluster.Device(ada, front: 1);
        await Wait.Until(() => device.IsConnected, Soon, () => "ada's device to connect");
        var lounge = await grace.Create("group", ["ada"], "lounge");
        var seq = await grace.Send(lounge, "hello", "c-1");
        await Wait.Until(() => device.LastSeq(lounge) == seq, Soon, () => "ada's device to have the message");
        Assert.Empty(device.Breaches);
        await AssertHubNeedsNoSameFront(cluster, ada);
    }

    /// <summary>SignalR's usual client asks one front how to connect, and connects to the other, as behind a load balancer without sticky sessions.</summary>
    private static async Task AssertHubNeedsNoSameFront(ChatCluster cluster, RestClient user)
    {
        var greeted = new TaskCompletionSource();
        await using var hub = new HubConnectionBuilder().WithUrl(new Uri(cluster.Fronts[0].Http, "/hubs/chat"), options =>
        {
            options.AccessTokenProvider = () => Task.FromResult<string?>(user.Token);
            options.Transports = HttpTransportType.WebSockets;
            options.WebSocketFactory = async (context, cancellationToken) =>
            {
                var socket = new ClientWebSocket();
                socket.Options.SetRequestHeader("Authorization", $"Bearer {user.Token}");
                await socket.ConnectAsync(new UriBuilder(context.Uri) { Port = cluster.Fronts[1].Port }.Uri, cancellationToken);
                return socket;
            };
        }).Build();
        hub.On<JsonElement[]>("events", _ => greeted.TrySetResult());
        await hub.StartAsync();
        await greeted.Task.WaitAsync(Soon);
    }

    [Fact]
    public async Task Members_StartedBeforeRedis_WaitAndSaySo_AndFrontsWithoutGrainsLeaveThemToTheSilos()
    {
        await using var cluster = new ChatCluster(silos: 1, fronts: 1);
        await using var front = cluster.FrontWithoutGrains();
        front.Launch();
        await Wait.Until(
            () => front.Log.Contains($"Waiting for Redis at {cluster.Redis.Endpoint}", StringComparison.Ordinal), Soon, () => $"the front to say that it waits. It says:\n{front.Log}");
        await cluster.Redis.Start();
        // Alone it is a member, but nobody hosts what its users need.
        await Wait.Until(() => front.Log.Contains("Storing in Redis", StringComparison.Ordinal), Soon, () => $"the front to go on. It says:\n{front.Log}");
        Assert.False(await front.IsReady());
        await cluster.Silos[0].Start();
        await front.Ready();

        using var grace = await front.SignIn("grace");
        using var ada = await front.SignIn("ada");
        var lounge = await grace.Create("group", ["ada"], "lounge");
        Assert.Equal(1, await grace.Send(lounge, "hello", "c-1"));
        Assert.Single(await ada.History(lounge));
    }
}
