namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// Brings items from any thread into a grain's turns without a grain call: what comes before the next turn begins is applied together in
/// it. Bounded: when full it refuses, and the sender goes the usual way, where a gap is noticed and healed.
/// </summary>
/// <param name="scheduler">The grain's own, as <see cref="TaskScheduler.Current"/> is in its turns.</param>
/// <param name="apply">Runs in a turn of the grain. Must not throw.</param>
internal sealed class GrainLane<T>(TaskScheduler scheduler, Action<List<T>> apply) : INearbyConsumer
    where T : class
{
    private const int Capacity = 1_024;

    private readonly Lock _gate = new();
    private List<T> _waiting = [];
    private List<T> _applying = [];
    private bool _scheduled;
    private bool _closed;

    public bool TryTell(object item)
    {
        if (item is not T one)
        {
            return false;
        }

        lock (_gate)
        {
            if (_closed || _waiting.Count == Capacity)
            {
                return false;
            }

            _waiting.Add(one);
            if (_scheduled)
            {
                return true;
            }

            _scheduled = true;
        }

        scheduler.Begin(static lane => ((GrainLane<T>)lane!).Apply(), this);
        return true;
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    private void Apply()
    {
        List<T> items;
        lock (_gate)
        {
            items = _waiting;
            (_waiting, _applying) = (_applying, _waiting);
            _scheduled = false;
        }

        apply(items);
        items.Clear();
    }
}
