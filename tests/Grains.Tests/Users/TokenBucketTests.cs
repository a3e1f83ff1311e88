using Microsoft.Extensions.Time.Testing;

namespace ChatOrleans.Grains.Tests.Users;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Bucket_FillsAtItsRate_UpToItsSize()
    {
        var bucket = new TokenBucket(20, 40, _time);
        Assert.Equal(40, bucket.Take(100));
        Assert.Equal(0, bucket.Take(1));
        Assert.Equal(TimeSpan.FromSeconds(0.5), bucket.Until(10));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(10, bucket.Take(100));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(40, bucket.Take(100));
    }

    [Fact]
    public void Bucket_TakesBackNoMoreThanItHolds_AndNothingNegative()
    {
        var bucket = new TokenBucket(1, 10, _time);
        Assert.Equal(4, bucket.Take(4));
        bucket.Return(100);
        bucket.Return(-100);
        Assert.Equal(10, bucket.Take(100));
    }

    [Fact]
    public void Bucket_AskedForMoreThanItsSize_IsWaitedForUntilItIsFull()
    {
        var bucket = new TokenBucket(10, 10, _time);
        bucket.Take(10);
        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Until(1_000));
    }
}
