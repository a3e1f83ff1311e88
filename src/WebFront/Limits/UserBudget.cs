using System.Diagnostics.CodeAnalysis;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;

namespace ChatOrleans.WebFront.Limits;

/// <summary>
/// What one user may still do through this front end: tokens leased from the user's grain, which keeps the bucket for all front
/// ends. Within a lease, and while the grain has said to wait, a call costs no grain call and no allocation.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to be given back.")]
internal sealed class UserBudget(UserId user, RateKind kind, IGrainFactory grains, TimeProvider time)
{
    private const int LeastLease = 5;

    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _asking = new(1, 1);
    private int _left;
    private int _spent;
    private long _leasedAt;
    private long _waitUntil;

    /// <summary>When it was last spent from, as the time provider's timestamp.</summary>
    public long UsedAt { get; private set; } = time.GetTimestamp();

    /// <summary>Null where it may be done; otherwise when to come back.</summary>
    public ValueTask<TimeSpan?> Spend(int cost) => TrySpend(cost, out var wait) ? new(wait) : new(Ask(cost));

    /// <summary>False where only the grain knows.</summary>
    private bool TrySpend(int cost, out TimeSpan? wait)
    {
        wait = null;
        var now = time.GetTimestamp();
        lock (_gate)
        {
            UsedAt = now;
            if (_left >= cost && time.GetElapsedTime(_leasedAt, now) < LeaseTime)
            {
                _left -= cost;
                _spent += cost;
                return true;
            }

            if (now < _waitUntil)
            {
                wait = time.GetElapsedTime(now, _waitUntil);
                return true;
            }

            return false;
        }
    }

    private async Task<TimeSpan?> Ask(int cost)
    {
        await _asking.WaitAsync();
        try
        {
            if (TrySpend(cost, out var wait))
            {
                return wait;
            }

            int wanted, unused;
            lock (_gate)
            {
                // As much as the last lease was short or long of: a burst takes a few questions, a quiet user holds little.
                wanted = Math.Max(LeastLease, _spent * 2);
                (unused, _left, _spent) = (_left, 0, 0);
            }

            return Take(cost, await grains.User(user).Lease(kind, cost, wanted, unused));
        }
        finally
        {
            _asking.Release();
        }
    }

    private TimeSpan? Take(int cost, RateLease lease)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            (_left, _leasedAt) = (lease.Granted, now);
            if (lease.Granted >= cost)
            {
                _left -= cost;
                _spent = cost;
                return null;
            }

            _waitUntil = now + (long)(lease.RetryAfter.TotalSeconds * time.TimestampFrequency);
            return lease.RetryAfter;
        }
    }
}
