using ChatOrleans.Users;
using ChatOrleans.WebFront.Hosting;
using ChatOrleans.WebFront.Limits;
using ChatOrleans.WebFront.Realtime.Hubs;
using ChatOrleans.WebFront.Realtime.Sessions;
using ChatOrleans.WebFront.Realtime.Sockets;
using MessagePack;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>The door of this folder: the raw WebSocket and the hub, over one session core.</summary>
internal static class ChatRealtime
{
    public const string SocketPath = "/ws/notifications";
    public const string HubPath = "/hubs/chat";

    /// <summary>How long a hub's write may take before the connection counts as broken. Long: reading slowly is no offence.</summary>
    private static readonly TimeSpan SlowestWrite = TimeSpan.FromMinutes(5);

    public static WebApplicationBuilder AddChatRealtime(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<RealtimeOptions>().BindConfiguration(RealtimeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RealtimeOptions>, RealtimeOptionsValidator>();
        services.AddSingleton<IValidateOptions<RealtimeOptions>, AttentionValidator>();
        services.AddSingleton<IValidateOptions<RealtimeOptions>, FrameSizeValidator>();
        services.AddSingleton<RealtimeMetrics>();
        services.AddSingleton<SessionAccess>();
        services.AddSingleton<HubRequests>();
        services.AddSingleton<HubPolls>();
        services.AddSingleton<DeviceSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<DeviceSessions>());
        services.AddSingleton<SocketEndpoint>();
        services.AddSingleton<HubLifetimeManager<ChatHub>, ConnectedHubs>();

        // It writes an error with a stack trace for every call that is refused, and when it is talkative what calls carry. What is our fault, a
        // session logs itself.
        builder.Logging.AlwaysFrom("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.Critical);

        services.AddSignalR()
            // Without this SignalR would not look at what is configured for this hub alone.
            .AddHubOptions<ChatHub>(static _ => { })
            .AddJsonProtocol(json => AddConverters(json.PayloadSerializerOptions))
            .AddMessagePackProtocol(pack => pack.SerializerOptions = MessagePackOptions());
        CodedErrors.Use(services);
        services.AddOptions<HubOptions<ChatHub>>().Configure<IOptions<RealtimeOptions>>((hub, realtime) =>
        {
            hub.MaximumReceiveMessageSize = realtime.Value.FrameBytes + CodedErrors.Framing;
            // Begun in order; the session lets only those go on beside each other that keep it. More of a flood waits in the network.
            hub.MaximumParallelInvocationsPerClient = 16;
            hub.HandshakeTimeout = TimeSpan.FromSeconds(realtime.Value.HandshakeSeconds);
            // SignalR ends who is silent without a word on why. Our own look every few seconds, which ends them after two and says so, is first.
            hub.ClientTimeoutInterval = realtime.Value.Heartbeat * 3;
            hub.KeepAliveInterval = KeepAlive(realtime.Value);
        });
        return builder;
    }

    public static void MapChatRealtime(this IEndpointRouteBuilder endpoints)
    {
        var time = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        var socket = endpoints.ServiceProvider.GetRequiredService<SocketEndpoint>();
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.Use((context, next) =>
        {
            SocketUpgrade.Install(context, time);
            return next(context);
        });
        pipeline.UseWebSockets();
        pipeline.Run(socket.Run);
        // It refuses by close codes, after the upgrade: a policy would refuse before.
        endpoints.Map(SocketPath, pipeline.Build()).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();

        var options = new HttpConnectionDispatcherOptions { TransportSendTimeout = SlowestWrite };
        options.LongPolling.PollTimeout = KeepAlive(endpoints.ServiceProvider.GetRequiredService<IOptions<RealtimeOptions>>().Value);
        var hub = endpoints.MapConnections(HubPath, options, connections =>
        {
            SignsOfLife.Use(connections);
            connections.UseHub<ChatHub>();
        }).RequireAuthorization();
        var requests = endpoints.ServiceProvider.GetRequiredService<HubRequests>();
        var polls = endpoints.ServiceProvider.GetRequiredService<HubPolls>();
        hub.Add(endpoint => AnyFrontServes(endpoint, requests));
        hub.Add(endpoint => PollsAreHeard(endpoint, polls));
        hub.Add(NegotiatingCosts);
    }

    /// <summary>
    /// Most SignalR clients negotiate first and name what they were given when they open their socket. Behind a load balancer that
    /// may be at another front, which knows nothing of it: so every socket begins a connection of its own, at whichever front.
    /// </summary>
    private static void AnyFrontServes(EndpointBuilder endpoint, HubRequests requests)
    {
        var serve = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            if (string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase) && context.Request.Query.ContainsKey("id"))
            {
                context.Request.Query = new QueryCollection(
                    context.Request.Query.Where(pair => pair.Key != "id").ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase));
            }

            return requests.Add(serve(context));
        };
    }

    private static void PollsAreHeard(EndpointBuilder endpoint, HubPolls polls)
    {
        var serve = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            polls.Asked(context.Request);
            return serve(context);
        };
    }

    /// <summary>It pays as opening the connection does, which comes next.</summary>
    private static void NegotiatingCosts(EndpointBuilder endpoint)
    {
        if (endpoint is RouteEndpointBuilder route && route.RoutePattern.RawText?.EndsWith("/negotiate", StringComparison.Ordinal) == true)
        {
            endpoint.Metadata.Add(new CallCost(1, Kind: RateKind.Connects));
        }
    }

    private static void AddConverters(System.Text.Json.JsonSerializerOptions options)
    {
        options.Converters.Add(new HubArgumentJson());
        options.Converters.Add(new HubResultJson());
    }

    private static MessagePackSerializerOptions MessagePackOptions() => MessagePackSerializerOptions.Standard
        .WithResolver(CompositeResolver.Create([new HubArgumentMessagePack(), new HubResultMessagePack()], [StandardResolver.Instance]))
        .WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>A ping goes to who is sent nothing else, and a poll ends that has nothing to bring: each then shows that the other is there.</summary>
    private static TimeSpan KeepAlive(RealtimeOptions realtime) => Shorter(realtime.Heartbeat / 2, TimeSpan.FromSeconds(10));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
