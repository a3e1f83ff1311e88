using System.Collections.Concurrent;
using ChatOrleans.Ids;
using ChatOrleans.Streams;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// The consumers of streams that live in this process. The stream provider hands them their events without the queue and its calls:
/// most of the CPU of a delivery went there. Whoever is not here is reached by the queue, as is a consumer's first event.
/// </summary>
public sealed class NearbyStreams
{
    private readonly ConcurrentDictionary<StreamId, INearbyConsumer> _consumers = new();

    /// <summary>The stream of new events for one user.</summary>
    public static StreamId Of(UserId user) => StreamId.Create(ChatStreams.UserStream, user.Value);

    /// <summary>The newest of a stream counts: an older activation is on its way out.</summary>
    public void Add(StreamId stream, INearbyConsumer consumer) => _consumers[stream] = consumer;

    public void Remove(StreamId stream, INearbyConsumer consumer) => _consumers.TryRemove(KeyValuePair.Create(stream, consumer));

    /// <summary>Whether its consumer lives in this process.</summary>
    public bool Has(StreamId stream) => _consumers.ContainsKey(stream);

    /// <summary>False where nobody here takes it; then the queue must.</summary>
    public bool TryTell(StreamId stream, object item) => _consumers.TryGetValue(stream, out var consumer) && consumer.TryTell(item);
}

/// <summary>Takes events of one stream, in the order of the calls. Called from any thread.</summary>
public interface INearbyConsumer
{
    /// <summary>Never waits. False where it takes none (any more).</summary>
    bool TryTell(object item);
}
