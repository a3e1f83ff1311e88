using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Jobs;

/// <summary>Retention goes on: whatever is posted later is removed by a later sweep, until it is taken back.</summary>
public sealed class RetentionSweepTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    [Fact]
    public async Task Retention_RemovesWhatIsBeyondIt_AndGoesOnDoingSo()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, grace, ada);
        for (var i = 1; i <= 100; i++)
        {
            await chat.Post(lounge, ada, $"message {i}", $"c-{i}");
        }

        var keeping = chat.Grains.GetGrain<IConversationKeeping>(lounge.Id.Value);
        await keeping.SetRetention(new Retention(null, 30));
        Assert.Equal(71, (await chat.Conversation(lounge.Id).View(grace.Id)).FirstSeq);
        for (var i = 101; i <= 110; i++)
        {
            await chat.Post(lounge, ada, $"message {i}");
        }

        Assert.Equal(10, await keeping.Sweep());
        Assert.Equal((0, 30), (await keeping.Sweep(), (await keeping.GetRetention()).Messages));
        Assert.Empty((await chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
        await keeping.SetRetention(Retention.Forever);
        Assert.Equal(Retention.Forever, await keeping.GetRetention());
        Assert.Null(await chat.Logs.ReadKey(new LogOwner("jobs/all"), $"retention/{lounge.Id}"));
        await keeping.SetRetention(new Retention(TimeSpan.FromTicks(1), null));
        Assert.Equal(111, (await chat.Conversation(lounge.Id).View(grace.Id)).FirstSeq);
        var none = await Assert.ThrowsAsync<ChatException>(
            () => chat.Grains.GetGrain<IConversationKeeping>(ConversationId.New().Value).SetRetention(new Retention(null, 30)));
        Assert.Equal(ChatOrleans.Errors.ErrorCode.NotFound, none.Code);
    }

    [Fact]
    public async Task Retention_ThatIsTakenBackWhileItRemoves_RemovesNoMore()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, grace, ada);
        for (var i = 1; i <= 200; i++)
        {
            await chat.Post(lounge, ada, $"message {i}");
        }

        var second = chat.FaultyLogs.Writes.Add(
            WriteFault.StallBefore, write => write.Owner.Value == $"conversation/{lounge.Id}" && write.Trims.Any(trim => trim is { Track: LogTrack.Messages, First: > 41 }));
        var keeping = chat.Grains.GetGrain<IConversationKeeping>(lounge.Id.Value);
        await keeping.SetRetention(new Retention(null, 10));
        await second.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        var takingBack = keeping.SetRetention(Retention.Forever);
        // It comes behind the other, so that is what both wait for.
        await keeping.SweepState();
        second.Release();
        await takingBack;

        var swept = await Eventually.Is(keeping.SweepState, state => !state.Running, "the end of removing");
        Assert.InRange(swept.FirstSeq, 1, 81);
    }

    [Fact]
    public async Task Retention_WhenTheListOfJobsCouldNotBeWritten_GoesOnByItself()
    {
        await using var own = new SweptCluster();
        await own.Chat.InitializeAsync();
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var (lounge, other) = (await own.Chat.Create(ConversationKind.Group, grace, ada), await own.Chat.Create(ConversationKind.Group, grace, ada));
        await own.Chat.Grains.GetGrain<IConversationKeeping>(lounge.Id.Value).SetRetention(new Retention(null, 3));
        own.Chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == "jobs/all");
        await Assert.ThrowsAsync<ChatException>(
            () => own.Chat.Grains.GetGrain<IConversationKeeping>(other.Id.Value).SetRetention(new Retention(null, 3)));

        for (var i = 1; i <= 10; i++)
        {
            await own.Chat.Post(lounge, ada, $"message {i}");
        }

        await Eventually.Is(() => own.Chat.Conversation(lounge.Id).View(grace.Id), view => view.FirstSeq == 8, "the retention of three messages");
    }

    private sealed class SweptCluster : IAsyncDisposable
    {
        public ChatCluster Chat { get; } = new() { Timing = timing => timing.SweepInterval = TimeSpan.FromMilliseconds(300) };

        public async ValueTask DisposeAsync() => await Chat.DisposeAsync();
    }
}
