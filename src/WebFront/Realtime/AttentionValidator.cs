using System.Globalization;
using ChatOrleans.Grains.Hosting;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>
/// A device that lives is heard within a heartbeat, and its user's grain hears of that a little later. A shorter lease would end what
/// it shows in between, and notify of messages that are being looked at.
/// </summary>
internal sealed class AttentionValidator(IOptions<GrainTiming> timing) : IValidateOptions<RealtimeOptions>
{
    private const double LeastHeartbeats = 1.2;

    public ValidateOptionsResult Validate(string? name, RealtimeOptions options)
    {
        var (lease, least) = (timing.Value.AttentionLease, options.Heartbeat * LeastHeartbeats);
        return lease >= least
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(string.Create(CultureInfo.InvariantCulture,
                $"Grains:AttentionLease is {lease}, less than {LeastHeartbeats} of Realtime:HeartbeatSeconds ({options.HeartbeatSeconds}): a device that lives would count as gone. Set it to {least} or more, or lower the heartbeat."));
    }
}
