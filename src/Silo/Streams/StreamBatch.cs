using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace ChatOrleans.Silo.Streams;

/// <summary>The events of one publishing call, as they travel to a queue and wait in it.</summary>
[GenerateSerializer, Immutable, Alias("chat.stream-batch")]
internal sealed record StreamBatch(
    [property: Id(0)] StreamId Stream,
    [property: Id(1)] object[] Events,
    [property: Id(2)] Dictionary<string, object>? RequestContext);

/// <summary>
/// What a reader takes from a queue at once. <see cref="Displaced"/> says that another reader has come, or that the queue is
/// about to move to another silo: ask again after a pause.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.stream-page")]
internal sealed record StreamPage(
    [property: Id(0)] long Id,
    [property: Id(1)] StreamBatch[] Batches,
    [property: Id(2)] bool Displaced)
{
    public static readonly StreamPage Empty = new(0, [], false);

    public static readonly StreamPage Displacement = new(0, [], true);
}

/// <summary>
/// A batch with the place that its reader gave it. Places only rise within one reader, whose cache relies on that; they mean
/// nothing to a consumer, because the provider is not rewindable.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.stream-batch-container")]
internal sealed class ChatBatchContainer(StreamBatch batch, long place) : IBatchContainer
{
    [Id(0)]
    private readonly StreamBatch _batch = batch;

    [Id(1)]
    private readonly EventSequenceTokenV2 _token = new(place);

    public StreamId StreamId => _batch.Stream;

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => _batch.Events.OfType<T>()
        .Select((e, i) => Tuple.Create<T, StreamSequenceToken>(e, i == 0 ? _token : _token.CreateSequenceTokenForEvent(i)));

    public bool ImportRequestContext()
    {
        if (_batch.RequestContext is null)
            return false;
        RequestContextExtensions.Import(_batch.RequestContext);
        return true;
    }
}
