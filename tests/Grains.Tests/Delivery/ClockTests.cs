using ChatOrleans.Conversations;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>A clock that is set back by an hour changes what time messages have, and nothing else.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private readonly ChatCluster _chat;

    public ClockTests() => _chat = new ChatCluster { SiloCount = 1, Time = _time, Timing = timing => timing.RestAfter = TimeSpan.FromMilliseconds(100) };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task AClockThatJumpsBack_HoldsNothingUp_AndNoMessageIsOlderThanTheOneBefore()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        await using var device = _chat.Connect(grace);
        await device.Opened();
        var before = await _chat.Post(lounge, ada, "before");
        await _chat.User(grace).MarkRead(lounge.Id, 1);

        _time.Shift = TimeSpan.FromHours(-1);
        var after = await _chat.Post(lounge, ada, "after");
        await device.HearsMessages(2);
        // A command waits for a checkpoint, which must not wait for the clock to come back to where it was.
        await _chat.User(grace).MarkRead(lounge.Id, 2).WaitAsync(TimeSpan.FromSeconds(25));
        await _chat.User(grace).SetMuted(lounge.Id, muted: true).WaitAsync(TimeSpan.FromSeconds(25));

        Assert.True(after.Timestamp >= before.Timestamp);
        Assert.Empty((await _chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
    }

    [Fact]
    public async Task AClockThatJumpsBack_WhileTheConversationSleeps_MakesNoMessageOlderThanTheOneBefore()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        var before = await _chat.Post(lounge, ada, "before");
        await _chat.Sleep(lounge);

        // Less than the idle time after which grains leave: further back the runtime refuses new activations.
        _time.Shift = TimeSpan.FromMinutes(-5);
        Assert.True((await _chat.Post(lounge, ada, "after")).Timestamp >= before.Timestamp);
    }

    [Fact]
    public async Task RevokeTokens_AfterAJumpBack_BringsNoRevokedTokenBack()
    {
        var ada = _chat.User(Person.Ada());
        var revoked = await ada.RevokeTokens();

        _time.Shift = TimeSpan.FromMinutes(-5);
        await ada.RevokeTokens();

        Assert.True(await ada.TokensRevokedAt() >= revoked);
    }

    [Fact]
    public void AttentionFromBeforeTheJump_SuppressesNothing()
    {
        var attention = new Grains.Users.DeviceAttention(TimeSpan.FromSeconds(30));
        var (lounge, noon) = (Ids.ConversationId.New(), DateTime.UnixEpoch.AddHours(12));
        attention.Set("phone", new Attention(lounge, Visible: true, noon));
        Assert.True(attention.Shows(lounge, noon.AddSeconds(-5)));
        Assert.False(attention.Shows(lounge, noon.AddHours(-1)));
    }
}
