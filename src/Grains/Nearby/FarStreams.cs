using System.Collections.Concurrent;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// In which other process the consumer of a stream lives, as far as it has told somebody here. Only a hint: the stream provider hands it
/// its events there without the queue, and whoever is not found there any more is reached by the queue.
/// </summary>
public sealed class FarStreams(ILocalSiloDetails here)
{
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<StreamId, SiloAddress> _places = new();
    private int _known;

    public void Learn(StreamId stream, SiloAddress place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (place.Equals(here.SiloAddress))
        {
            return;
        }

        if (!_places.TryGetValue(stream, out var known))
        {
            if (Interlocked.Increment(ref _known) > Most)
            {
                // Who goes on acknowledging is known again within seconds.
                _places.Clear();
                _known = 0;
            }
        }
        else if (known.Equals(place))
        {
            return;
        }

        _places[stream] = place;
    }

    /// <summary>Null where nobody has told.</summary>
    public SiloAddress? Find(StreamId stream) => _places.GetValueOrDefault(stream);

    /// <summary>It is not there (any more).</summary>
    public void Forget(StreamId stream, SiloAddress place)
    {
        if (_places.TryRemove(KeyValuePair.Create(stream, place)))
        {
            Interlocked.Decrement(ref _known);
        }
    }
}
