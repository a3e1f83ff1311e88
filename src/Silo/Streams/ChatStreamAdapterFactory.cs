using ChatOrleans.Silo.Streams.Faults;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Serialization;
using Orleans.Streams;

namespace ChatOrleans.Silo.Streams;

/// <summary>What Orleans asks for when it starts the provider. One for each member of the cluster.</summary>
internal sealed class ChatStreamAdapterFactory : IQueueAdapterFactory
{
    private readonly HashRingBasedStreamQueueMapper _mapper;
    private readonly SimpleQueueAdapterCache _cache;
    private readonly IQueueAdapter _adapter;

    private ChatStreamAdapterFactory(IServiceProvider services, string name)
    {
        var options = services.GetRequiredService<IOptions<ChatStreamOptions>>().Value;
        _mapper = new(new HashRingStreamQueueMapperOptions { TotalQueueCount = options.QueueCount }, name);
        _cache = new(new SimpleQueueCacheOptions(), name, services.GetRequiredService<ILoggerFactory>());
        var adapter = ActivatorUtilities.CreateInstance<ChatStreamAdapter>(services, name, options, _mapper);
        // Only tests register faults; without them there is not even a wrapper.
        _adapter = services.GetService<IStreamFaults>() is { } faults
            ? new FaultyQueueAdapter(adapter, faults, services.GetRequiredService<TimeProvider>())
            : adapter;
    }

    public static IQueueAdapterFactory Create(IServiceProvider services, string name) => new ChatStreamAdapterFactory(services, name);

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult(_adapter);

    public Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => Task.FromResult(_adapter);

    public IQueueAdapterCache GetQueueAdapterCache() => _cache;

    public IStreamQueueMapper GetStreamQueueMapper() => _mapper;

    // Nothing to record: whoever must not miss an event heals from the log that it came from.
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());
}
