using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>A post beside a write of its conversation, of the recovery list or of a head that fails or hangs: it is listed, and told.</summary>
public sealed partial class RecoveryTests
{
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
        await row.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        head.Release();
        // Long enough for it to leave the list, if it does: each of these passes through its turns.
        for (var i = 0; i < 50; i++)
        {
            await _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(_ada.Id, null, null, 1));
        }

        row.Release();
        await posting;

        Assert.True(await _chat.IsListed(lounge.Id), "The message was answered, and no restart would tell grace of it.");
    }

    [Fact]
    public async Task Post_AfterNeitherTheListNorTheConversationCouldBeStored_IsListedBeforeItIsAnswered()
    {
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace);
        await _chat.Rested(lounge);
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value.StartsWith("recovery/", StringComparison.Ordinal));
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner == OwnerOf(lounge));
        _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value.StartsWith("user/", StringComparison.Ordinal), int.MaxValue);
        await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, _ada, "lost"));
        // The next activation is called by who takes care of it, again where it cannot be listed yet.
        await Eventually.Is(PostAgain, posted => posted, "the conversation to be back");

        Assert.True(await _chat.IsListed(lounge.Id), "The message was answered, and no restart would tell grace of it.");

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
        await _chat.Rested(lounge);
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value.StartsWith("recovery/", StringComparison.Ordinal));
        _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value.StartsWith("user/", StringComparison.Ordinal), int.MaxValue);
        await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, _ada, "stored, and not answered"));

        await Eventually.Is(() => _chat.IsListed(lounge.Id), listed => listed, "the conversation on the recovery list");
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
        await (isOnlyBeingLookedFor ? lookedFor.Task : row.Reached).WaitAsync(TimeSpan.FromSeconds(30));
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

    private async Task WriteHeadAsAnother(ConversationView conversation)
    {
        var storage = _chat.Silos.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(ChatGrains.StorageName);
        var head = new GrainState<ConversationHead>(new ConversationHead());
        var id = _chat.Conversation(conversation.Id).GetGrainId();
        await storage.ReadStateAsync("conversation", id, head);
        await storage.WriteStateAsync("conversation", id, head);
    }
}
