using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// The heads that the writer saw last, with what it has staged but not yet stored. Bounded: when the young half is full it becomes
/// the old half, and what was not touched meanwhile is forgotten. Used by the writer's thread alone.
/// </summary>
internal sealed class HeadCache(int capacity)
{
    private readonly int _half = Math.Max(1, capacity / 2);
    private Dictionary<LogOwner, LogHead> _young = [];
    private Dictionary<LogOwner, LogHead> _old = [];

    public LogHead? Find(LogOwner owner) =>
        _young.TryGetValue(owner, out var head) || _old.TryGetValue(owner, out head) ? head : null;

    public void Set(LogOwner owner, LogHead head)
    {
        if (_young.Count >= _half && !_young.ContainsKey(owner))
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }

        _young[owner] = head;
    }

    /// <summary>After a failed write: what was staged may be stored or not.</summary>
    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }
}
