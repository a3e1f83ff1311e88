using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Recovery;
using ChatOrleans.Ids;
using ChatOrleans.Testing;
using Orleans.Core.Internal;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>One conversation or member that does not answer holds up no other.</summary>
public sealed partial class RecoveryTests
{
    [Fact]
    public async Task Recovery_OfAConversationThatDoesNotAnswer_HoldsUpNoOther()
    {
        NoHeadIsWritten();
        var slow = await _chat.Create(ConversationKind.Group, _ada, _grace);
        var list = _chat.Grains.GetGrain<IRecoveryGrain>(ChatCluster.ShardOf(slow.Id));
        await Eventually.Is(() => !IsHere(slow.Id), "the conversation to go");
        var others = Enumerable.Range(0, 10_000).Select(_ => ConversationId.New()).Where(id => ChatCluster.ShardOf(id) == ChatCluster.ShardOf(slow.Id)).Take(100).ToList();
        await Task.WhenAll(others.Select(list.List));
        var (reached, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        _chat.FaultyLogs.HoldsUpRead = (owner, track) =>
        {
            if (track != LogTrack.Changes || owner != OwnerOf(slow))
            {
                return null;
            }

            reached.TrySetResult();
            return held.Task;
        };

        await list.Recover();

        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
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

        await device.HearsMessages(2).WaitAsync(TimeSpan.FromSeconds(25));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task View_WhileAMemberCannotBeAsked_IsAnswered(bool conversationGoes)
    {
        var linus = Person.Linus();
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace, linus);
        await _chat.Sleep(lounge);
        // Linus goes, and his last checkpoint hangs: until that ends he can't be asked whether he is here.
        var hanging = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value == $"user/{linus.Id}", int.MaxValue);
        var muting = _chat.User(linus).SetMuted(lounge.Id, muted: true);
        await hanging.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await _chat.User(linus).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        // It is here before it is asked for the view: so once the second page is answered, the view waits.
        await _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(_ada.Id, null, null, 1));
        var viewing = _chat.Conversation(lounge.Id).View(_ada.Id);
        await _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(_ada.Id, null, null, 1));

        if (conversationGoes)
        {
            // Its write fails, so it gives up.
            _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner == OwnerOf(lounge));
            await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, _ada, "lost"));
        }

        // Before the call to linus is given up.
        await viewing.WaitAsync(TimeSpan.FromSeconds(25));
        Assert.False(muting.IsCompleted);
    }
}
