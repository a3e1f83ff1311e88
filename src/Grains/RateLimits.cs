using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChatOrleans.Grains;

/// <summary>How much of everything one user, address or moment gets, configured under <c>Limits</c>. A breach is <c>rate_limited</c> and loses nothing.</summary>
public sealed record RateLimits
{
    public const string Section = "Limits";

    /// <summary>Commands of one user a second in the long run, over all devices and servers. Default 20: far above what anybody types.</summary>
    [Range(1, 1_000_000)] public int CommandsPerSecond { get; set; } = 20;

    /// <summary>Commands that may come at once after a pause. Default 40: an outbox that was offline.</summary>
    [Range(1, 1_000_000)] public int CommandBurst { get; set; } = 40;

    /// <summary>Reading calls of one user a second in the long run. Default 100; a list costs more than one.</summary>
    [Range(1, 1_000_000)] public int ReadsPerSecond { get; set; } = 100;

    /// <summary>Reading calls that may come at once. Default 400: several devices that catch up many conversations.</summary>
    [Range(1, 1_000_000)] public int ReadBurst { get; set; } = 400;

    /// <summary>Connections of one user at a time, over all servers. Default 16.</summary>
    [Range(1, 100_000)] public int ConnectionsPerUser { get; set; } = 16;

    /// <summary>Connections from one address (of IPv6: one /64) to one server; this machine's own are not counted. Default 1,000: an office behind one address.</summary>
    [Range(1, 10_000_000)] public int ConnectionsPerAddress { get; set; } = 1_000;

    /// <summary>Connections that one address (of IPv6: one /64) may open to one server a second, and twice as many at once; this machine's own are not counted. Default 50: far below what a server opens, so that a stranger keeps nobody else out.</summary>
    [Range(1, 1_000_000)] public int ConnectsPerAddress { get; set; } = 50;

    /// <summary>Connections of users with a valid token that one server opens a second, and twice as many at once. Default 500: after a restart the rest is told when to come back.</summary>
    [Range(1, 1_000_000)] public int ConnectsPerSecond { get; set; } = 500;

    /// <summary>Refused commands in a row of seconds after which a connection is closed. Default 100.</summary>
    [Range(1, 1_000_000)] public int RefusalsBeforeClose { get; set; } = 100;
}

[OptionsValidator]
public sealed partial class RateLimitsValidator : IValidateOptions<RateLimits>;
