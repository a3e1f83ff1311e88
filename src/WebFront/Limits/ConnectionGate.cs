using System.Net;
using ChatOrleans.Errors;
using ChatOrleans.Grains;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Limits;

/// <summary>
/// Which connections this server opens: so many from one address, so many a second from one and from all. How many a user has, the
/// user's grain counts. First <see cref="Enter"/>, then <see cref="Admit"/> once it is known who it is.
/// </summary>
internal sealed class ConnectionGate(IOptions<RateLimits> limits, Budgets budgets, TimeProvider time)
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    private readonly AddressGate _addresses = new(limits.Value, time);
    private readonly TokenBucket _connects = new(limits.Value.ConnectsPerSecond, limits.Value.ConnectsPerSecond * 2.0, time);
    private readonly Lock _gate = new();

    /// <summary>The refusal, or a place that is given back by disposing it; neither for this machine's own.</summary>
    public (Failure? Refusal, IDisposable? Place) Enter(IPAddress? address)
    {
        if (address is null || IPAddress.IsLoopback(address))
        {
            return (null, null);
        }

        var (wait, what, place) = _addresses.Enter(address);
        return (wait is { } later ? budgets.Refusal(later, what) : null, place);
    }

    /// <summary>
    /// For a user whose token was checked: nobody else takes from what the server opens a second. A user may open as many as give commands:
    /// who comes again and again is told to wait as well. Where the user's grain can't be asked the refusal is Unavailable: it
    /// could not open the feed either.
    /// </summary>
    public async ValueTask<Failure?> Admit(UserId user)
    {
        lock (_gate)
        {
            if (_connects.Take(1) == 0)
            {
                // A storm, after a restart say: spread over some seconds, wider than what the next second could take.
                return budgets.Refusal(TimeSpan.FromSeconds(2 + (8 * Random.Shared.NextDouble())), "connect");
            }
        }

        try
        {
            if (await budgets.Of(user, RateKind.Connects).Spend(1) is not { } wait)
            {
                return null;
            }

            GiveBack();
            // Refusing costs us more than asking costs them: who does not wait as told is answered late.
            await Task.Delay(Late, time);
            return budgets.Refusal(wait, "connect");
        }
        catch (Exception unanswered) when (Failure.Of(unanswered) is { Code: ErrorCode.Unavailable } unavailable)
        {
            GiveBack();
            return unavailable;
        }
    }

    /// <summary>Who is refused takes nothing from what there is for all.</summary>
    private void GiveBack()
    {
        lock (_gate)
        {
            _connects.Return(1);
        }
    }
}
