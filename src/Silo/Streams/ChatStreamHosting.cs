using ChatOrleans.Grains.Nearby;
using ChatOrleans.Streams;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Internal;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace ChatOrleans.Silo.Streams;

/// <summary>Adds the stream provider to a silo.</summary>
public static class ChatStreamHosting
{
    /// <summary>
    /// Adds the stream provider <see cref="ChatStreams.ProviderName"/>: queues in memory, read by long polling, for implicit
    /// subscribers only. Delivery is in order per stream and usually once, but at any time an event may be lost (overload, a
    /// crash) or repeated (a queue moves). Every member of the cluster adds it, with the same options.
    /// </summary>
    public static ISiloBuilder AddChatStreams(this ISiloBuilder builder, Action<ChatStreamOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<ChatStreamOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChatStreamOptions>, ChatStreamOptionsValidator>());
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StreamMetrics>();
        services.TryAddSingleton<NearbyStreams>();
        services.TryAddSingleton<FarStreams>();
        services.TryAddSingleton<StreamMembers>();
        builder.AddGrainService<StreamMember>();
        return builder.AddPersistentStreams(ChatStreams.ProviderName, ChatStreamAdapterFactory.Create, Configure);
    }

    private static void Configure(ISiloPersistentStreamConfigurator streams)
    {
        // Implicit only: an explicit registration would cost a storage write for each stream that wakes.
        streams.Configure<StreamPubSubOptions>(pubSub => pubSub.Configure(o => o.PubSubType = StreamPubSubType.ImplicitOnly));
        streams.ConfigurePullingAgent(agent => agent.Configure<IOptions<ChatStreamOptions>>((o, chat) =>
        {
            o.GetQueueMsgsTimerPeriod = chat.Value.PullPeriod;
            o.BatchContainerBatchSize = chat.Value.DeliveryLimit;
            o.MaxEventDeliveryTime = chat.Value.DeliveryTime;
        }));
        // Orleans' own pauses (1-30 s for a delivery, 10-20 s for a read) would freeze a queue for longer than a hint is worth.
        streams.ConfigureBackoffProvider(DeliveryPause);
        streams.ConfigureBackoffProvider(ReadPause);
    }

    private static IMessageDeliveryBackoffProvider DeliveryPause(IServiceProvider services, string name) => Pause.From(services);

    private static IQueueReaderBackoffProvider ReadPause(IServiceProvider services, string name) => Pause.From(services);

    private sealed class Pause(TimeSpan first) : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
    {
        public static Pause From(IServiceProvider services) =>
            new(services.GetRequiredService<IOptions<ChatStreamOptions>>().Value.RetryPause);

        // Doubles up to eight times the first: a consumer that fails for good is logged a few times, not dozens.
        public TimeSpan Next(int attempt) => first * (1 << Math.Clamp(attempt, 0, 3));
    }
}
