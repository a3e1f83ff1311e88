using ChatOrleans.WebFront.Commands;
using Orleans.Serialization;
using StackExchange.Redis;
using ErrorCode = ChatOrleans.Errors.ErrorCode;

namespace ChatOrleans.WebFront.Tests.Api;

/// <summary>What passes by itself is told as that; what nobody meant to throw is a fault of ours.</summary>
public sealed class FailureTests
{
    public static TheoryData<Exception, ErrorCode> Failures { get; } = new()
    {
        { new RedisConnectionException(ConnectionFailureType.SocketFailure, "gone"), ErrorCode.Unavailable },
        { new RedisTimeoutException("late", CommandStatus.Unknown), ErrorCode.Unavailable },
        // As another member's failure arrives, which cannot be written for others.
        { new CodecNotFoundException($"Could not find a codec for type {typeof(RedisConnectionException)}."), ErrorCode.Unavailable },
        { new CodecNotFoundException("Could not find a codec for type ChatOrleans.Forgotten."), ErrorCode.Internal },
        { new InvalidOperationException("unforeseen"), ErrorCode.Internal },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void Of_AnException_IsWhatItsCallerCanDo(Exception exception, ErrorCode code)
    {
        var failure = Failure.Of(exception);

        Assert.Equal(code, failure.Code);
        Assert.Equal(code == ErrorCode.Unavailable, failure.RetryAfter is not null);
        Assert.DoesNotContain(exception.Message, failure.Message, StringComparison.Ordinal);
    }
}
