using ChatOrleans.Grains.Logs;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>What could not be notified late is looked at again when the lease has passed, by the machine's clock.</summary>
public sealed class LateNotificationRetryTests() : AttentionScene(TimeSpan.FromSeconds(10))
{
    [Fact]
    public async Task AMessage_ThatCouldNotBeReadAtOnce_IsNotifiedAllTheSame()
    {
        var phone = Chat.Connect(Grace);
        await phone.Opened();
        await phone.Show(new Attention(Lounge.Id, Visible: true, DateTime.UtcNow));
        await Chat.Post(Lounge, Ada, "hello");
        await phone.HearsMessages(1);
        var failures = 1;
        Chat.FaultyLogs.HoldsUpRead = (owner, track) => track == LogTrack.Messages && owner.Value == $"conversation/{Lounge.Id}" && Interlocked.Decrement(ref failures) == 0
            ? Task.FromException(new LogUnavailableException("A planned fault."))
            : null;

        await phone.DisposeAsync();

        await Eventually.Is(
            async () => (await Chat.User(Grace).ReadFeed(Grace.Actor, new FeedPosition(null, 0), 200)).Events,
            events => events.Any(one => one.Entry.Kind == FeedEntryKind.NotificationAdded),
            "the late notification");
        Assert.InRange(failures, int.MinValue, 0);
        Assert.Contains((await Chat.User(Grace).Notifications(unreadOnly: true, null, 10)).Notifications, one => one.Content == "hello");
    }
}
