using ChatOrleans.Grains;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Realtime;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>What the limits of a message allow comes in by every way.</summary>
public sealed class FrameSizeValidatorTests
{
    [Theory]
    [InlineData(8_000, 4_096, 32 * 1024, true)]
    [InlineData(20_000, 16_384, 77_408, true)]
    [InlineData(20_000, 16_384, 77_407, false)]
    [InlineData(20_000, 4_096, 32 * 1024, false)]
    public void Frame_SmallerThanAMessage_IsRefused(int text, int meta, int frame, bool fits)
    {
        var validator = new FrameSizeValidator(Options.Create(new ChatLimits { TextLength = text, MetaBytes = meta }));

        var result = validator.Validate(null, new RealtimeOptions { FrameBytes = frame });

        Assert.Equal(fits, result.Succeeded);
        Assert.Equal(!fits, result.FailureMessage?.StartsWith($"Realtime:FrameBytes is {frame}", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void Body_GrowsWithTheLimits()
    {
        Assert.Equal(64 * 1024, BodySize.Usual(new ChatLimits()));
        Assert.InRange(BodySize.Usual(new ChatLimits { TextLength = 20_000, MetaBytes = 16_384 }), (6 * 20_000) + 16_384, long.MaxValue);
    }
}
