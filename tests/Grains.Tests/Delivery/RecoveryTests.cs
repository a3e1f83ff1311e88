using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Grains.Recovery;
using ChatOrleans.Ids;
using ChatOrleans.Silo.Streams.Faults;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Storage;

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
        var slow = await _chat.Create(ConversationKind.Group, _ada, _grace);
        var again = await CreateInShardOf(slow);
        var shard = ShardOf(slow.Id);
        // Their heads are never written: they stay listed, and each activation reads their changes.
        _chat.FaultyStates.Add(WriteFault.FailBefore, write => write.StateName == "conversation", int.MaxValue);
        foreach (var conversation in new[] { slow, again })
        {
            await _chat.Grains.GetGrain<IRecoveryGrain>(shard).List(conversation.Id);
            await Deactivate(conversation);
        }

        var (held, wokenAgain) = (new TaskCompletionSource(), 0);
        _chat.FaultyLogs.HoldsUpRead = (owner, track) =>
        {
            if (track == LogTrack.Changes && owner == OwnerOf(again))
            {
                Interlocked.Increment(ref wokenAgain);
            }

            return track == LogTrack.Changes && owner == OwnerOf(slow) ? held.Task : null;
        };
        await _chat.Grains.GetGrain<IRecoveryGrain>(shard).Recover();
        await Eventually.Is(() => Volatile.Read(ref wokenAgain) > 0, "the first recovery to reach the second conversation");
        await Deactivate(again);
        var before = Volatile.Read(ref wokenAgain);

        await _chat.Grains.GetGrain<IRecoveryGrain>(shard).Recover();
        held.SetResult();

        await Eventually.Is(() => Volatile.Read(ref wokenAgain) > before, "the second recovery to reach the second conversation");
    }

    private static LogOwner OwnerOf(ConversationView conversation) => new($"conversation/{conversation.Id}");

    private static string ShardOf(ConversationId id) => $"{(id.Value[^1] + (id.Value[^2] * 31)) % 16}";

    private async Task<ConversationView> CreateInShardOf(ConversationView other)
    {
        var id = ConversationId.New();
        while (ShardOf(id) != ShardOf(other.Id))
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

    /// <summary>Completes when it has gone.</summary>
    private async Task Deactivate(ConversationView conversation)
    {
        await _chat.Conversation(conversation.Id).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Eventually.Is(() => !IsHere(conversation.Id), "the conversation to go");
    }

    private bool IsHere(ConversationId conversation) =>
        _chat.Silos.Silos.Any(silo => silo.ServiceProvider.GetRequiredService<NearbyPosts>().Reaches(conversation));
}
