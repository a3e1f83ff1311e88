using Orleans.Concurrency;

namespace ChatOrleans.Grains.Tests.Hosting;

public sealed class FirstTurnTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new() { SiloCount = 1 };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task TwoNewActivations_ThatCallEachOtherInTheirFirstCalls_BothAnswer()
    {
        // Both are in their first calls, on a thread each, before either calls the other.
        using var met = new Barrier(2);
        Caller.Met = met;
        var (one, other) = (_chat.Grains.GetGrain<ICaller>("one"), _chat.Grains.GetGrain<ICaller>("other"));

        var answers = await Task.WhenAll(one.Ask(other), other.Ask(one)).WaitAsync(TimeSpan.FromSeconds(25));

        Assert.Equal(["here", "here"], answers);
    }
}

[Alias("test.ICaller")]
public interface ICaller : IGrainWithStringKey
{
    [Alias("Ask")] Task<string> Ask(ICaller other);

    [Alias("Answer")] Task<string> Answer();
}

/// <summary>Like a conversation and its recovery list: reentrant, and it activates without waiting for anything.</summary>
[Reentrant]
internal sealed class Caller : Grain, ICaller
{
    public static Barrier? Met { get; set; }

    public Task<string> Ask(ICaller other)
    {
        Assert.True(Met!.SignalAndWait(TimeSpan.FromSeconds(25)), "The other one did not come to its first call.");
        return other.Answer();
    }

    public Task<string> Answer() => Task.FromResult("here");
}
