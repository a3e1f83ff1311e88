using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Logs;

/// <summary>Names that outlast the grain that keeps them: the keys of its log, of which it is the only writer.</summary>
/// <param name="broken">Called when a write failed: what is stored is unknown then, and the grain has to begin anew.</param>
internal sealed class StoredSet(ILogStore store, LogOwner owner, Action<Exception> broken)
{
    private readonly GrainLog _log = new(store, owner, () => { }, broken);
    private readonly HashSet<string> _names = [];

    /// <summary>As they are now. Changes with each call of <see cref="Set"/>.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Throws <see cref="LogUnavailableException"/>, or ChatException: Unavailable.</summary>
    public async Task Load(CancellationToken cancellationToken)
    {
        await _log.Load(cancellationToken);
        if (!_log.BeganEmpty)
        {
            // What the one before adds after it was read would be missed. (An empty store stays so where a server is only started on it.)
            await _log.TakeOver();
        }

        await foreach (var (key, _) in store.ScanKeys(owner, cancellationToken: cancellationToken))
        {
            _names.Add(key);
        }
    }

    /// <summary>Completes when it is stored, also for who asks for what another has asked for just before.</summary>
    public Task Set(string name, bool listed)
    {
        if (listed ? _names.Add(name) : _names.Remove(name))
        {
            _log.Begin();
            // The type is named: a null array would be an empty value, which is there.
            _log.SetKey(name, listed ? ReadOnlyMemory<byte>.Empty : (ReadOnlyMemory<byte>?)null);
        }

        return _log.Flush();
    }
}
