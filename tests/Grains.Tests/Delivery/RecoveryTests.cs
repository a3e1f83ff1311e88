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

/// <summary>What was answered is told to everybody, whatever ends in between, and though no hint arrives.</summary>
public sealed class RecoveryTests : IAsyncLifetime
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
    public async Task Post_WhileTheConversationComesToRest_StaysOnTheRecoveryList()
    {
        var head = _chat.FaultyStates.Add(WriteFault.StallBefore, write => write.StateName == "conversation");
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace);
        await head.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        var row = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner == OwnerOf(lounge));
        // Nobody acknowledges, so it does not come to rest again.
        _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value.StartsWith("user/", StringComparison.Ordinal), int.MaxValue);

        var posting = _chat.Post(lounge, _ada, "hello");
        await row.Reached;
        head.Release();
        // Long enough for it to leave the list, if it does: each of these passes through its turns.
        for (var i = 0; i < 50; i++)
        {
            await _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(_ada.Id, null, null, 1));
        }

        row.Release();
        await posting;

        Assert.True(await IsListed(lounge.Id), "The message was answered, and no restart would tell grace of it.");
    }

    [Fact]
    public async Task Post_AfterNeitherTheListNorTheConversationCouldBeStored_IsListedBeforeItIsAnswered()
    {
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace);
        await Eventually.Is(() => IsListed(lounge.Id), listed => !listed, "the conversation to leave the recovery list");
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value.StartsWith("recovery/", StringComparison.Ordinal));
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner == OwnerOf(lounge));
        _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value.StartsWith("user/", StringComparison.Ordinal), int.MaxValue);
        await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, _ada, "lost"));
        // The next activation is called by who takes care of it, again where it cannot be listed yet.
        await Eventually.Is(PostAgain, posted => posted, "the conversation to be back");

        Assert.True(await IsListed(lounge.Id), "The message was answered, and no restart would tell grace of it.");

        async Task<bool> PostAgain()
        {
            try
            {
                await _chat.Conversation(lounge.Id).Recover().WaitAsync(TimeSpan.FromSeconds(5));
                await _chat.Post(lounge, _ada, "answered");
                return true;
            }
            catch (Exception e) when (e is ChatException or TimeoutException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Post_WhoseListingFailed_IsListedAllTheSame_AlsoWhereNobodyPostsAgain()
    {
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace);
        await Eventually.Is(() => IsListed(lounge.Id), listed => !listed, "the conversation to leave the recovery list");
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value.StartsWith("recovery/", StringComparison.Ordinal));
        _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value.StartsWith("user/", StringComparison.Ordinal), int.MaxValue);
        await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, _ada, "stored, and not answered"));

        await Eventually.Is(() => IsListed(lounge.Id), listed => listed, "the conversation on the recovery list");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_WhileTheConversationGivesUp_IsToldByTheNextActivation(bool isOnlyBeingLookedFor)
    {
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace);
        await using var device = _chat.Connect(_grace);
        await device.Opened();
        await _chat.Sleep(lounge);
        var head = _chat.FaultyStates.Add(WriteFault.StallBefore, write => write.StateName == "conversation");
        await _chat.Post(lounge, _ada, "before");
        await device.HearsMessages(1);
        await head.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        var (key, lookedFor) = (new TaskCompletionSource(), new TaskCompletionSource());
        var row = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner == OwnerOf(lounge));
        if (isOnlyBeingLookedFor)
        {
            row.Release();
            _chat.FaultyLogs.HoldsUpKey = (owner, _) =>
            {
                lookedFor.TrySetResult();
                return owner == OwnerOf(lounge) ? key.Task : null;
            };
        }

        var posting = _chat.Post(lounge, _ada, "meanwhile", "c-1");
        await (isOnlyBeingLookedFor ? lookedFor.Task : row.Reached);
        await WriteHeadAsAnother(lounge);
        head.Release();
        // Its head is refused. No call: that would bring the next activation about.
        await Eventually.Is(() => !IsHere(lounge.Id), "the conversation to give up");
        _chat.FaultyLogs.HoldsUpKey = null;
        key.SetResult();
        row.Release();

        try
        {
            await posting;
        }
        catch (ChatException)
        {
            Assert.True(isOnlyBeingLookedFor);
            await _chat.Post(lounge, _ada, "meanwhile", "c-1");
        }

        await device.HearsMessages(2);
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

    [Fact]
    public async Task Recovery_OfAConversationThatDoesNotAnswer_HoldsUpNoOther()
    {
        var slow = await _chat.Create(ConversationKind.Group, _ada, _grace);
        var list = _chat.Grains.GetGrain<IRecoveryGrain>(ShardOf(slow.Id));
        _chat.FaultyStates.Add(WriteFault.FailBefore, write => write.StateName == "conversation", int.MaxValue);
        await list.List(slow.Id);
        await Deactivate(slow);
        var others = Enumerable.Range(0, 10_000).Select(_ => ConversationId.New()).Where(id => ShardOf(id) == ShardOf(slow.Id)).Take(100).ToList();
        await Task.WhenAll(others.Select(list.List));
        var held = new TaskCompletionSource();
        _chat.FaultyLogs.HoldsUpRead = (owner, track) => track == LogTrack.Changes && owner == OwnerOf(slow) ? held.Task : null;

        await list.Recover();

        await Eventually.Is(() => others.TrueForAll(IsHere), "all others to be called");
        held.SetResult();
    }

    [Fact]
    public async Task Member_WhoseStorageHangs_HoldsUpNoOther()
    {
        var linus = Person.Linus();
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace, linus);
        await using var device = _chat.Connect(_grace);
        await device.Opened();
        var hanging = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value == $"user/{linus.Id}", int.MaxValue);
        await _chat.Post(lounge, _ada, "first");
        await device.HearsMessages(1);
        await hanging.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        await _chat.Post(lounge, _ada, "second");

        await device.HearsMessages(2).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task View_OfAConversationThatGoes_WaitsForNoMember()
    {
        var linus = Person.Linus();
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace, linus);
        await _chat.Sleep(lounge);
        // Linus goes, and his last checkpoint hangs: until that ends he can't be asked whether he is here.
        var hanging = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value == $"user/{linus.Id}", int.MaxValue);
        var muting = _chat.User(linus).SetMuted(lounge.Id, muted: true);
        await hanging.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await _chat.User(linus).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        var viewing = _chat.Conversation(lounge.Id).View(_ada.Id);
        // Once this is answered, that waits.
        await _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(_ada.Id, null, null, 1));

        // Its write fails, so it gives up.
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner == OwnerOf(lounge));
        await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, _ada, "lost"));

        await viewing.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(muting.IsCompleted);
    }

    private static LogOwner OwnerOf(ConversationView conversation) => new($"conversation/{conversation.Id}");

    private static string ShardOf(ConversationId id) => $"{(id.Value[^1] + (id.Value[^2] * 31)) % 16}";

    private async Task<bool> IsListed(ConversationId id)
    {
        await foreach (var (key, _) in _chat.Logs.ScanKeys(new LogOwner($"recovery/{ShardOf(id)}")))
        {
            if (key == id.Value)
            {
                return true;
            }
        }

        return false;
    }

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

    private async Task WriteHeadAsAnother(ConversationView conversation)
    {
        var storage = _chat.Silos.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(ChatGrains.StorageName);
        var head = new GrainState<ConversationHead>(new ConversationHead());
        var id = _chat.Conversation(conversation.Id).GetGrainId();
        await storage.ReadStateAsync("conversation", id, head);
        await storage.WriteStateAsync("conversation", id, head);
    }
}
