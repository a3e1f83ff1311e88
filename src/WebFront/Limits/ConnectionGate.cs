using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ChatOrleans.Errors;
using ChatOrleans.Grains;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Limits;

/// <summary>Which connections this server opens: so many from one address, so many a second. How many a user has, the user's grain counts.</summary>
internal sealed class ConnectionGate(IOptions<RateLimits> limits, Budgets budgets, TimeProvider time)
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IPAddress, int> _byAddress = new();
    private readonly TokenBucket _connects = new(limits.Value.ConnectsPerSecond, limits.Value.ConnectsPerSecond * 2.0, time);
    private readonly Lock _gate = new();

    /// <summary>The refusal, or a place that is given back by disposing it.</summary>
    public (Failure? Refusal, IDisposable? Place) Enter(IPAddress? address)
    {
        lock (_gate)
        {
            if (_connects.Take(1) == 0)
            {
                // A storm, after a restart say: spread over some seconds, wider than what the next second could take.
                return (budgets.Refusal(TimeSpan.FromSeconds(2 + (8 * Random.Shared.NextDouble())), "connect"), null);
            }
        }

        if (address is null || IPAddress.IsLoopback(address))
        {
            return (null, null);
        }

        var key = Network(address);
        if (_byAddress.AddOrUpdate(key, 1, static (_, count) => count + 1) > limits.Value.ConnectionsPerAddress)
        {
            Leave(key);
            return (budgets.Refusal(TimeSpan.FromSeconds(5 + (10 * Random.Shared.NextDouble())), "address"), null);
        }

        return (null, new Place(this, key));
    }

    /// <summary>
    /// Opening costs its user what a command costs: who comes again and again is told to wait as well. Where the user's grain can't
    /// be asked the refusal is Unavailable: it could not open the feed either.
    /// </summary>
    public async ValueTask<Failure?> Admit(UserId user)
    {
        try
        {
            if (await budgets.Of(user, RateKind.Commands).Spend(1) is not { } wait)
            {
                return null;
            }

            // Refusing costs us more than asking costs them: who does not wait as told is answered late.
            await Task.Delay(Late, time);
            return budgets.Refusal(wait, "connect");
        }
        catch (Exception unanswered) when (Failure.Of(unanswered) is { Code: ErrorCode.Unavailable } unavailable)
        {
            return unavailable;
        }
    }

    /// <summary>Whoever has IPv6 has 2^64 addresses.</summary>
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private void Leave(IPAddress key)
    {
        if (_byAddress.AddOrUpdate(key, 0, static (_, count) => count - 1) == 0)
        {
            // Only where it still is nothing: somebody may have come in meanwhile.
            _byAddress.TryRemove(new KeyValuePair<IPAddress, int>(key, 0));
        }
    }

    private sealed class Place(ConnectionGate gate, IPAddress key) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                gate.Leave(key);
            }
        }
    }
}
