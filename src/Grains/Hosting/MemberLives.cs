using System.Collections.Concurrent;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Hosting;

/// <summary>
/// Tells when a member of the cluster is dead, to whoever holds something for it. A call that such a member had made ends by itself only
/// when nobody has asked for its result for a minute.
/// </summary>
public sealed class MemberLives : ISiloStatusListener
{
    private readonly ConcurrentDictionary<SiloAddress, CancellationTokenSource> _lives = new();
    private readonly ISiloStatusOracle _members;
    private int _deaths;

    public MemberLives(ISiloStatusOracle members)
    {
        ArgumentNullException.ThrowIfNull(members);
        _members = members;
        _members.SubscribeToSiloStatusEvents(this);
    }

    /// <summary>How many have died since this process began.</summary>
    public int Deaths => Volatile.Read(ref _deaths);

    /// <summary>Cancelled once the member is held for dead; at once, where it already is.</summary>
    public CancellationToken Of(SiloAddress member)
    {
        var token = _lives.GetOrAdd(member, static _ => new CancellationTokenSource()).Token;
        // After it was listed: who is held for dead meanwhile is seen by this look, or is found in the list.
        if (_members.IsDeadSilo(member))
        {
            End(member);
        }

        return token;
    }

    void ISiloStatusListener.SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            Interlocked.Increment(ref _deaths);
            End(updatedSilo);
        }
    }

    private void End(SiloAddress member)
    {
        if (_lives.TryRemove(member, out var life))
        {
            life.Cancel();
        }
    }
}
