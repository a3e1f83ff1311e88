using ChatOrleans.Access;

namespace ChatOrleans.Grains.Access;

/// <summary>
/// Holds one ticket until it is redeemed or expires. Not reentrant: of two who redeem it, the second finds nothing. It goes when it
/// has been idle, not at once: calls that wait behind the first would be sent on from one leaving activation to the next, and refused.
/// Only of a ticket that never was it goes at once: nobody has a right to more than a refusal.
/// </summary>
[CollectionAgeLimit(Minutes = 2)]
public sealed class TicketGrain(TimeProvider time) : Grain, ITicketGrain
{
    private TicketHolder? _holder;
    private DateTime _expiresAt;

    public Task Issue(TicketHolder holder, DateTime expiresAt)
    {
        (_holder, _expiresAt) = (holder, expiresAt);
        // An idle grain is collected in its own time; until then the expiry counts.
        DelayDeactivation(expiresAt - time.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(5));
        return Task.CompletedTask;
    }

    public Task<TicketHolder?> Redeem()
    {
        if (_expiresAt == default)
        {
            // Whoever makes tickets up takes no memory.
            DeactivateOnIdle();
        }

        var holder = time.GetUtcNow().UtcDateTime < _expiresAt ? _holder : null;
        _holder = null;
        return Task.FromResult(holder);
    }
}
