using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>Posts from beside the conversation: without a call each, not waited for one by one, and still in their order.</summary>
public sealed class NearbyPostTests(NearbyPostTests.OneSilo silo) : IClassFixture<NearbyPostTests.OneSilo>
{
    private readonly ChatCluster _chat = silo.Chat;

    private NearbyPosts Posts => _chat.Silos.Silos[0].ServiceProvider.GetRequiredService<NearbyPosts>();

    [Fact]
    public async Task Post_OfManyAtOnce_HasTheOrderInWhichTheyWereBegun_AndFewWrites()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Direct, ada, Person.Grace());
        var writes = 0;
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == $"conversation/{lounge.Id}" && ++writes < 0);

        var posts = Enumerable.Range(1, 500).Select(i => Post(lounge, ada, $"message {i}", $"c-{i}")).ToList();

        var outcomes = await Task.WhenAll(posts);
        Assert.Equal(Enumerable.Range(1, 500), outcomes.Select(outcome => (int)outcome!.Message.Seq));
        Assert.True(writes <= 250, $"500 messages took {writes} writes.");
        Assert.True((await Post(lounge, ada, "message 7", "c-7"))!.Repeated);
    }

    [Fact]
    public async Task Post_WhoseIdIsLongLookedFor_KeepsItsPlace()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Direct, ada, Person.Grace());
        await _chat.Sleep(lounge);
        await _chat.Conversation(lounge.Id).View(ada.Id);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _chat.FaultyLogs.HoldsUpKey = (_, key) =>
        {
            if (!key.EndsWith("/slow", StringComparison.Ordinal))
            {
                return null;
            }

            looked.TrySetResult();
            return held.Task;
        };

        var slow = Post(lounge, ada, "first", "slow");
        var quick = Post(lounge, ada, "second", "quick");
        var plain = Post(lounge, ada, "third", clientMessageId: null);
        var again = Post(lounge, ada, "first", "slow");
        await looked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        held.SetResult();

        Assert.Equal([1, 2, 3, 1], (await Task.WhenAll(slow, quick, plain, again)).Select(outcome => outcome!.Message.Seq));
        Assert.True((await again)!.Repeated);
    }

    [Fact]
    public async Task Post_ToAConversationThatIsNotHere_TakesTheUsualWay()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Direct, ada, Person.Grace());
        Assert.True(Posts.Reaches(lounge.Id));

        await _chat.Sleep(lounge);

        Assert.False(Posts.Reaches(lounge.Id));
        Assert.Null(await Post(lounge, ada, "one", "c-1"));
    }

    [Fact]
    public async Task Post_WhoseWriteFailsWhileTheConversationLeaves_IsAnswered()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Direct, ada, Person.Grace());
        var owner = new LogOwner($"conversation/{lounge.Id}");
        await _chat.Conversation(lounge.Id).View(ada.Id);
        var write = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner == owner);
        var post = Post(lounge, ada, "hello", "c-1");
        await write.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        await _chat.Conversation(lounge.Id).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Eventually.Is(() => !Posts.Reaches(lounge.Id), "the conversation to leave");
        // Another member's has taken over meanwhile: what is under way is refused.
        var generation = (await _chat.Logs.ReadHead(owner)).Generation;
        await _chat.Logs.Write(new LogWrite { Owner = owner, ExpectedGeneration = generation, Generation = generation + 1 });
        write.Release();

        var refusal = await Assert.ThrowsAsync<ChatException>(() => post.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(Errors.ErrorCode.Unavailable, refusal.Code);
    }

    [Fact]
    public async Task Post_ThatTheStoreDoesNotAnswer_IsToldSo_AndIsThereWhenRepeated()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Direct, ada, Person.Grace());
        var stalled = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value == $"conversation/{lounge.Id}");
        var post = Post(lounge, ada, "one", "c-1");
        await stalled.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        silo.Time.Forward(TimeSpan.FromSeconds(31));

        Assert.Equal(Errors.ErrorCode.Unavailable, (await Assert.ThrowsAsync<ChatException>(() => post)).Code);
        stalled.Release();
        Assert.True(await Post(lounge, ada, "one", "c-1") is { Repeated: true, Message.Seq: 1 });
    }

    private async Task<PostOutcome?> Post(ConversationView room, Person sender, string text, string? clientMessageId)
    {
        var command = new PostMessage { Actor = sender.Actor, Text = text, ClientMessageId = clientMessageId };
        return Posts.TryPost(room.Id, command, only: null, out _, out var answer) ? await answer : null;
    }

    public sealed class OneSilo : IAsyncLifetime
    {
        public OneSilo() => Chat = new ChatCluster { SiloCount = 1, Time = Time, Timing = timing => timing.RestAfter = TimeSpan.FromMilliseconds(100) };

        public ChatCluster Chat { get; }

        internal ForwardTime Time { get; } = new();

        public Task InitializeAsync() => Chat.InitializeAsync();

        public Task DisposeAsync() => Chat.DisposeAsync();
    }

    /// <summary>Intervals can be made longer than they are; timers run as ever.</summary>
    internal sealed class ForwardTime : TimeProvider
    {
        private long _forward;

        public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref _forward);

        public void Forward(TimeSpan by) => Interlocked.Add(ref _forward, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
