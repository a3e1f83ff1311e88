using ChatOrleans.Grains.Hosting;
using ChatOrleans.WebFront.Realtime;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Tests.Realtime;

public sealed class AttentionValidatorTests
{
    [Theory]
    [InlineData(25, 30, true)]
    [InlineData(3, 4, true)]
    [InlineData(60, 72, true)]
    [InlineData(60, 30, false)]
    public void Lease_ShorterThanAHeartbeatAndALittle_IsRefused(int heartbeat, int lease, bool fits)
    {
        var validator = new AttentionValidator(Options.Create(new GrainTiming { AttentionLease = TimeSpan.FromSeconds(lease) }));

        var result = validator.Validate(null, new RealtimeOptions { HeartbeatSeconds = heartbeat });

        Assert.Equal(fits, result.Succeeded);
        Assert.Equal(!fits, result.FailureMessage?.Contains("Set it to 00:01:12 or more", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void Defaults_Fit() =>
        Assert.True(new AttentionValidator(Options.Create(new GrainTiming())).Validate(null, new RealtimeOptions()).Succeeded);
}
