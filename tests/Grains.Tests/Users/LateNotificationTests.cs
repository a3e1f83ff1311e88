using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>What a device that then went suppressed, and nobody saw, is notified after all: surely, and once.</summary>
public sealed class LateNotificationTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly ShiftedTime _time = new();
    private readonly ChatCluster _chat;
    private readonly Person _ada = Person.Ada();
    private readonly Person _grace = Person.Grace();
    private ConversationView _lounge = null!;

    public LateNotificationTests() => _chat = new ChatCluster { SiloCount = 1, Time = _time, Timing = timing => timing.AttentionLease = Lease };

    public async Task InitializeAsync()
    {
        await _chat.InitializeAsync();
        _lounge = await _chat.Create(ConversationKind.Direct, _ada, _grace);
    }

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task AMessage_ThatCouldNotBeReadAtOnce_IsNotifiedAllTheSame()
    {
        var phone = _chat.Connect(_grace);
        await phone.Opened();
        await phone.Show(new Attention(_lounge.Id, Visible: true, DateTime.UtcNow));
        await _chat.Post(_lounge, _ada, "hello");
        await phone.HearsMessages(1);
        var failures = 1;
        _chat.FaultyLogs.HoldsUpRead = (owner, track) => IsMessages(owner, track) && Interlocked.Decrement(ref failures) == 0
            ? Task.FromException(new LogUnavailableException("A planned fault."))
            : null;

        await phone.DisposeAsync();

        await Eventually.Is(async () => (await Added()).Count, count => count > 0, "the late notification");
        Assert.InRange(failures, int.MinValue, 0);
        Assert.Contains((await _chat.User(_grace).Notifications(unreadOnly: true, null, 10)).Notifications, one => one.Content == "hello");
    }

    [Fact]
    public async Task AMessage_ThatTwoDevicesSuppressed_IsNotifiedOnce()
    {
        var (phone, tablet) = (Show(DateTime.UtcNow), Show(DateTime.UtcNow));
        await Task.WhenAll(phone.Opened(), tablet.Opened());
        await _chat.Post(_lounge, _ada, "hello");
        await Task.WhenAll(phone.HearsMessages(1), tablet.HearsMessages(1));
        // Silent: their leases have ended before anybody looks at them again.
        _time.Shift = Lease;
        var (reads, held) = HoldUpReads();

        await phone.DisposeAsync();
        await tablet.DisposeAsync();
        await Eventually.Is(() => reads() > 0, "the message to be read");
        held.SetResult();

        await Eventually.Is(async () => (await Added()).Count, count => count > 0, "the late notification");
        await _chat.User(_grace).SetMuted(_lounge.Id, muted: true);
        Assert.Single(await Added());
        Assert.Equal(1, (await _chat.User(_grace).Notifications(unreadOnly: true, null, 10)).Unread);
    }

    [Fact]
    public async Task AMessage_WhoseConversationIsShownAgainWhileItIsRead_IsNotNotified()
    {
        var phone = Show(DateTime.UtcNow);
        await phone.Opened();
        await _chat.Post(_lounge, _ada, "hello");
        await phone.HearsMessages(1);
        var (reads, held) = HoldUpReads();
        await phone.DisposeAsync();
        await Eventually.Is(() => reads() > 0, "the message to be read");

        await using var tablet = Show(DateTime.UtcNow);
        await tablet.Opened();
        held.SetResult();
        await _chat.Post(_lounge, _ada, "and again");
        await tablet.HearsMessages(1);

        Assert.Empty(await Added());
    }

    /// <summary>The conversation's messages are read when that is released. How often it was tried.</summary>
    private (Func<int> Reads, TaskCompletionSource Held) HoldUpReads()
    {
        var (reads, held) = (0, new TaskCompletionSource());
        _chat.FaultyLogs.HoldsUpRead = (owner, track) =>
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

    private Device Show(DateTime heardAt) => _chat.Connect(_grace, attention: new Attention(_lounge.Id, Visible: true, heardAt));

    private bool IsMessages(LogOwner owner, LogTrack track) => track == LogTrack.Messages && owner.Value == $"conversation/{_lounge.Id}";

    private async Task<List<FeedEvent>> Added() =>
        [.. (await _chat.User(_grace).ReadFeed(_grace.Actor, new FeedPosition(null, 0), 200)).Events.Where(one => one.Entry.Kind == FeedEntryKind.NotificationAdded)];
}
