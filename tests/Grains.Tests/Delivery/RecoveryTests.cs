using System.Collections.Concurrent;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Grains.Recovery;
using ChatOrleans.Ids;
using ChatOrleans.Silo.Streams.Faults;
using ChatOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>
/// What was answered is told to everybody, whatever ends in between, and though no hint arrives. In the parts beside this one: posts
/// beside a write that fails or hangs, and what does not answer.
/// </summary>
public sealed partial class RecoveryTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new()
    {
        StreamFaults = new SeededStreamFaults(seed: 1, dropped: 1, repeated: 0, delayed: 0, TimeSpan.Zero),
        Timing = timing => timing.RestAfter = TimeSpan.FromMilliseconds(100),
    };

    private readonly Person _ada = Person.Ada();
    private readonly Person _grace = Person.Grace();

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync()
    {
        _chat.FaultyLogs.Writes.Clear();
        _chat.FaultyStates.Clear();
        return _chat.DisposeAsync();
    }

    [Fact]
    public async Task Recovery_AskedForWhileItRuns_LooksAgain()
    {
        var goes = NoHeadIsWritten();
        var slow = await _chat.Create(ConversationKind.Group, _ada, _grace);
        var again = await CreateInShardOf(slow);
        var list = _chat.Grains.GetGrain<IRecoveryGrain>(ChatCluster.ShardOf(slow.Id));
        await Eventually.Is(() => !IsHere(slow.Id) && !IsHere(again.Id), "both conversations to go");
        var (reached, held, wokenAgain) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        _chat.FaultyLogs.HoldsUpRead = (owner, track) =>
        {
            if (track == LogTrack.Changes && owner == OwnerOf(again))
            {
                Interlocked.Increment(ref wokenAgain);
            }

            if (track != LogTrack.Changes || owner != OwnerOf(slow))
            {
                return null;
            }

            reached.TrySetResult();
            return held.Task;
        };
        var gone = goes(again);
        await list.Recover();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        // It was not here while it was read either.
        await Eventually.Is(() => goes(again) > gone && !IsHere(again.Id), "the first recovery to reach the second conversation, and that to go again");
        var before = Volatile.Read(ref wokenAgain);
        Assert.InRange(before, 1, int.MaxValue);

        await list.Recover();
        held.SetResult();

        await Eventually.Is(() => Volatile.Read(ref wokenAgain) > before, "the second recovery to reach the second conversation");
    }

    private static LogOwner OwnerOf(ConversationView conversation) => new($"conversation/{conversation.Id}");

    private async Task<ConversationView> CreateInShardOf(ConversationView other)
    {
        var id = ConversationId.New();
        while (ChatCluster.ShardOf(id) != ChatCluster.ShardOf(other.Id))
        {
            id = ConversationId.New();
        }

        return (await _chat.Conversation(id).Create(new CreateConversation
        {
            Actor = _ada.Actor,
            Kind = ConversationKind.Group,
            Members = [new NewMember(_grace.Id, null, null)],
        })).View;
    }

    /// <summary>
    /// From now on a conversation goes when it comes to rest, stays listed, and nobody wakes it. (One that is not at rest is woken at once.)
    /// Answers how often a conversation has tried to write its head.
    /// </summary>
    private Func<ConversationView, int> NoHeadIsWritten()
    {
        var tried = new ConcurrentDictionary<GrainId, int>();
        _chat.FaultyStates.Add(
            WriteFault.FailBefore, write => write.StateName == "conversation" && tried.AddOrUpdate(write.Grain, 1, (_, times) => times + 1) > 0, int.MaxValue);
        return conversation => tried.GetValueOrDefault(_chat.Conversation(conversation.Id).GetGrainId());
    }

    private bool IsHere(ConversationId conversation) =>
        _chat.Silos.Silos.Any(silo => silo.ServiceProvider.GetRequiredService<NearbyPosts>().Reaches(conversation));
}
