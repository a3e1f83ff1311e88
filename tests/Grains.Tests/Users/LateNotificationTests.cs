using ChatOrleans.Grains.Logs;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>What a device that then went suppressed, and nobody saw, is notified after all: surely, and once.</summary>
public sealed class LateNotificationTests() : AttentionScene(Lease)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task AMessage_ThatTwoDevicesSuppressed_IsNotifiedOnce()
    {
        var (phone, tablet) = (Show(DateTime.UtcNow), Show(DateTime.UtcNow));
        await Task.WhenAll(phone.Opened(), tablet.Opened());
        await Chat.Post(Lounge, Ada, "hello");
        await Task.WhenAll(phone.HearsMessages(1), tablet.HearsMessages(1));
        // Silent: their leases have ended before anybody looks at them again.
        Time.Shift = Lease;
        var (reads, held) = HoldUpReads();

        await phone.DisposeAsync();
        await tablet.DisposeAsync();
        await Eventually.Is(() => reads() > 0, "the message to be read");
        held.SetResult();

        await Eventually.Is(async () => (await Added()).Count, count => count > 0, "the late notification");
        await Chat.User(Grace).SetMuted(Lounge.Id, muted: true);
        Assert.Single(await Added());
        Assert.Equal(1, (await Chat.User(Grace).Notifications(unreadOnly: true, null, 10)).Unread);
    }

    [Fact]
    public async Task AMessage_WhoseConversationIsShownAgainWhileItIsRead_IsNotNotified()
    {
        var phone = Show(DateTime.UtcNow);
        await phone.Opened();
        await Chat.Post(Lounge, Ada, "hello");
        await phone.HearsMessages(1);
        var (reads, held) = HoldUpReads();
        await phone.DisposeAsync();
        await Eventually.Is(() => reads() > 0, "the message to be read");

        await using var tablet = Show(DateTime.UtcNow);
        await tablet.Opened();
        held.SetResult();
        await Chat.Post(Lounge, Ada, "and again");
        await tablet.HearsMessages(1);

        Assert.Empty(await Added());
    }

    /// <summary>The conversation's messages are read when that is released. How often it was tried.</summary>
    private (Func<int> Reads, TaskCompletionSource Held) HoldUpReads()
    {
        var (reads, held) = (0, new TaskCompletionSource());
        Chat.FaultyLogs.HoldsUpRead = (owner, track) =>
        {
            if (!IsMessages(owner, track))
            {
                return null;
            }

            Interlocked.Increment(ref reads);
            return held.Task;
        };
        return (() => Volatile.Read(ref reads), held);
    }

    private Device Show(DateTime heardAt) => Chat.Connect(Grace, attention: new Attention(Lounge.Id, Visible: true, heardAt));

    private bool IsMessages(LogOwner owner, LogTrack track) => track == LogTrack.Messages && owner.Value == $"conversation/{Lounge.Id}";

    private async Task<List<FeedEvent>> Added() =>
        [.. (await Chat.User(Grace).ReadFeed(Grace.Actor, new FeedPosition(null, 0), 200)).Events.Where(one => one.Entry.Kind == FeedEntryKind.NotificationAdded)];
}
