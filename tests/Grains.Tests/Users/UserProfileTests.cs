using ChatOrleans.Grains.Users;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

public sealed class UserProfileTests
{
    [Fact]
    public void Begin_AfterACleanEnd_StaysInItsEpoch_AndAfterACrashStartsAnother()
    {
        var first = new UserProfile().Begin(0, () => "e1");
        Assert.Equal("e1", first.Epoch);
        Assert.Equal("e1", first.Begin(100, () => "e2").Epoch);
        Assert.Equal(new EpochBase("e2", 100), (first with { Open = true }).Begin(100, () => "e2").Epochs[^1]);
    }

    [Theory]
    [InlineData("e3", 250, true)]
    [InlineData("e3", 251, false)]
    [InlineData(null, 250, true)]
    [InlineData("e2", 200, true)]
    [InlineData("e2", 201, false)]
    [InlineData("e1", 100, true)]
    [InlineData("e1", 101, false)]
    [InlineData("e1", 9, true)]
    [InlineData("e1", 8, false)]
    [InlineData("other", 50, false)]
    [InlineData("e3", -1, false)]
    public void CanResume_UpToTheBaseOfEveryLaterEpoch_AndNotBelowRetention(string? epoch, long cursor, bool expected)
    {
        // Retained from 10 on; the feed ends at 250.
        var profile = new UserProfile { Epochs = [new("e1", 0), new("e2", 100), new("e3", 200)] };
        Assert.Equal(expected, profile.CanResume(new FeedPosition(epoch, cursor), first: 10, end: 250));
    }
}
