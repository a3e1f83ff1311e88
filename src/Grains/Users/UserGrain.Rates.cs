using ChatOrleans.Errors;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// The user's buckets, which hold over all front ends: each leases a few tokens at a time and gives back what it did not use. In
/// memory alone: a grain that moves begins with full ones.
/// </summary>
public sealed partial class UserGrain
{
    private TokenBucket? _commands;
    private TokenBucket? _reads;
    private TokenBucket? _connects;

    public Task<RateLease> Lease(RateKind kind, int needed, int wanted, int unused)
    {
        var bucket = kind switch
        {
            RateKind.Reads => _reads ??= new TokenBucket(_rates.ReadsPerSecond, _rates.ReadBurst, _time),
            RateKind.Connects => _connects ??= OfCommands(),
            // Also what a newer front end may ask for.
            _ => _commands ??= OfCommands(),
        };
        bucket.Return(unused);
        var granted = bucket.Take(Math.Max(needed, wanted));
        return Task.FromResult(new RateLease(granted, granted >= needed ? TimeSpan.Zero : bucket.Until(needed - granted)));
    }

    private TokenBucket OfCommands() => new(_rates.CommandsPerSecond, _rates.CommandBurst, _time);

    /// <summary>A device that asks again is the one it was.</summary>
    private void CheckConnections(string deviceId)
    {
        if (_readers.Count < _rates.ConnectionsPerUser)
        {
            return;
        }

        var devices = _readers.Select(reader => reader.DeviceId).ToHashSet();
        if (!devices.Contains(deviceId) && devices.Count >= _rates.ConnectionsPerUser)
        {
            // Connections of a server that died count for a while yet: it is worth coming back.
            throw new ChatException(
                Errors.ErrorCode.RateLimited, $"A user has at most {_rates.ConnectionsPerUser} connections at a time.",
                TimeSpan.FromSeconds(5 + (10 * Random.Shared.NextDouble())));
        }
    }
}
