namespace ChatOrleans.Silo.Storage;

/// <summary>
/// Remembers what was touched last. Bounded: when the young half is full it becomes the old half, and what was not touched
/// meanwhile is forgotten. Not thread-safe.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity) where TKey : notnull where TValue : class
{
    private readonly int _half = Math.Max(1, capacity / 2);
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    public TValue? Find(TKey key)
    {
        if (_young.TryGetValue(key, out var value))
            return value;
        if (_old.Remove(key, out value))
            Set(key, value);
        return value;
    }

    public void Set(TKey key, TValue value)
    {
        if (_young.Count >= _half && !_young.ContainsKey(key))
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }

        _young[key] = value;
    }

    public void Remove(TKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }
}
