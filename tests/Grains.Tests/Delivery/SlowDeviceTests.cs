using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>A connection that takes long to send asks for the feed again by itself, and is no device that was away.</summary>
public sealed class SlowDeviceTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new() { SiloCount = 1, Timing = timing => timing.MostUnsentEvents = 10 };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Feed_AskedAgainFarBehind_SaysSo_ButForWhatItIsOwed()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        await using var witness = _chat.Connect(grace);
        await witness.Opened();
        for (var i = 1; i <= 30; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        // By its position: on a busy machine the witness falls behind itself, and is told of the last ones by a behind.
        await witness.Until(() => witness.Position.Cursor == 31, "the 31st event");
        var (epoch, head) = (witness.Position.Epoch, witness.Position.Cursor);

        var behind = await Second(grace, new FeedPosition(epoch, 2), replayUntil: 2);
        Assert.Equal((2, head), (behind.Behind!.FromCursor, behind.Behind.ToCursor));
        Assert.Empty(behind.Events);

        var owed = await Second(grace, new FeedPosition(epoch, 2), replayUntil: head);
        Assert.Null(owed.Behind);
        Assert.Equal(head - 2, owed.Events.Length);
    }

    [Fact]
    public async Task Feed_FarBehindARemoval_NamesTheConversationThatOneIsNoLongerIn()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var left = await _chat.Create(ConversationKind.Group, ada, grace);
        var quiet = await _chat.Create(ConversationKind.Group, ada, grace);
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        await _chat.Post(left, ada, "before");
        await using var witness = _chat.Connect(grace);
        await witness.Opened();
        await Eventually.Is(() => _chat.User(grace).Me(grace.Actor), me => me.Position.Cursor >= 4, "grace's first four events");
        var before = (await _chat.User(grace).Me(grace.Actor)).Position;

        await _chat.Conversation(left.Id).RemoveMember(new RemoveMember(ada.Actor, grace.Id));
        for (var i = 1; i <= 20; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await witness.Until(() => witness.CountIn(lounge.Id) == 20, "20 messages");
        var behind = (await Second(grace, before, replayUntil: before.Cursor)).Behind!;
        Assert.Equal(before.Cursor, behind.FromCursor);
        Assert.Equal([lounge.Id, left.Id], behind.Conversations.OrderByDescending(mark => mark.LastSeq).Select(mark => mark.ConversationId));
        Assert.DoesNotContain(behind.Conversations, mark => mark.ConversationId == quiet.Id);
        var refused = await Assert.ThrowsAsync<ChatException>(
            () => _chat.Conversation(left.Id).ReadMessages(new ReadMessages(grace.Id, null, 0, 10)));
        Assert.Equal(Errors.ErrorCode.NotAMember, refused.Code);
    }

    /// <summary>What comes after the opening.</summary>
    private async Task<FeedBatch> Second(Person person, FeedPosition after, long replayUntil)
    {
        var request = new FeedRequest { DeviceId = "slow", After = after, Continues = true, ReplayUntil = replayUntil };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var batch in _chat.User(person).Feed(request).WithCancellation(limit.Token))
        {
            if (batch.Opening is null)
            {
                return batch;
            }

            Assert.True(batch.Opening.Resumed);
        }

        throw new InvalidOperationException("The feed ended.");
    }
}
