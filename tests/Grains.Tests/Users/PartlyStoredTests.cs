using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>A checkpoint of more entries than one write takes, of which only the first write was stored when the activation ended.</summary>
public sealed class PartlyStoredTests() : AttentionScene(TimeSpan.FromMinutes(5), checkpoints: TimeSpan.FromSeconds(30))
{
    [Fact]
    public async Task Unseen_WhoseEntryWasNotStored_KeepsNobodyOut()
    {
        var owner = new LogOwner($"user/{Grace.Id}");
        var elsewhere = await Chat.Create(ConversationKind.Group, Ada, Grace);
        await using var phone = Chat.Connect(Grace, attention: new Attention(Lounge.Id, Visible: true, DateTime.UtcNow));
        await phone.Opened();
        for (var i = 0; i < 120; i++)
        {
            await Chat.Post(elsewhere, Ada, $"message {i}");
        }

        await phone.HearsMessages(120);
        phone.Pause = new TaskCompletionSource();
        await Chat.Post(Lounge, Ada, "shown, and never acknowledged");
        await phone.HearsMessages(121);
        var before = (await Chat.Logs.ReadHead(owner))[LogTrack.Feed].Last;

        var second = Chat.FaultyLogs.Writes.Add(
            WriteFault.FailBefore, write => write.Owner == owner && write.Appends.Any(rows => rows.Track == LogTrack.Feed && rows.First > before + 1));
        await Assert.ThrowsAsync<ChatException>(() => Chat.User(Grace).SetMuted(elsewhere.Id, muted: true));

        Assert.True(second.Reached.IsCompleted);
        Assert.NotNull(await Chat.Logs.ReadKey(owner, "unseen"));
        // What was not stored comes again in time.
        await Eventually.Is(Unread, unread => unread > 1, "what was stored to be there");
        phone.Pause.SetResult();
    }

    private async Task<int> Unread() => (await Eventually.Answers(() => Chat.User(Grace).Notifications(unreadOnly: true, null, 10))).Unread;
}
