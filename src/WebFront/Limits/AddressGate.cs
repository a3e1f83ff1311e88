using System.Net;
using ChatOrleans.Grains;

namespace ChatOrleans.WebFront.Limits;

/// <summary>What one address may have and open. Asked before anything else is known of who connects, so that a stranger uses up nobody else's share.</summary>
internal sealed class AddressGate(RateLimits limits, TimeProvider time)
{
    /// <summary>Above the time in which a bucket is full again: what is forgotten then is what a new one would be.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IPAddress, Address> _addresses = [];
    private readonly Lock _gate = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>When to come back and what there is too much of, as it is counted, or a place that is given back by disposing it.</summary>
    public (TimeSpan? Wait, string What, IDisposable? Place) Enter(IPAddress address)
    {
        lock (_gate)
        {
            Sweep();
            var key = Network(address);
            if (!_addresses.TryGetValue(key, out var known))
            {
                known = _addresses[key] = new Address(new TokenBucket(limits.ConnectsPerAddress, limits.ConnectsPerAddress * 2.0, time));
            }

            known.UsedAt = time.GetTimestamp();
            // The refused pay as well: who comes again and again waits for what they use up themselves.
            if (known.Connects.Take(1) == 0)
            {
                return (Spread(2, 8), "address", null);
            }

            if (known.Places >= limits.ConnectionsPerAddress)
            {
                return (Spread(5, 10), "address_connections", null);
            }

            known.Places++;
            return (null, "", new Place(this, known));
        }
    }

    private static TimeSpan Spread(double least, double more) => TimeSpan.FromSeconds(least + (more * Random.Shared.NextDouble()));

    /// <summary>An address that has left is remembered for a while: leaving must not fill its bucket.</summary>
    private void Sweep()
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_sweptAt, now) < Idle)
        {
            return;
        }

        _sweptAt = now;
        foreach (var (key, known) in _addresses)
        {
            if (known.Places == 0 && time.GetElapsedTime(known.UsedAt, now) > Idle)
            {
                _addresses.Remove(key);
            }
        }
    }

    /// <summary>Whoever has IPv6 has 2^64 addresses.</summary>
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private void Leave(Address address)
    {
        lock (_gate)
        {
            address.Places--;
        }
    }

    private sealed class Address(TokenBucket connects)
    {
        public TokenBucket Connects => connects;

        public int Places { get; set; }

        public long UsedAt { get; set; }
    }

    private sealed class Place(AddressGate gate, Address address) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                gate.Leave(address);
            }
        }
    }
}
