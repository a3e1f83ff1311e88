using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Orleans.Core.Internal;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>What a device suppressed and never acknowledged is notified also where the user's grain went together with the device.</summary>
public sealed class UnseenTests() : AttentionScene(Lease)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private readonly DateTime _connectedAt = DateTime.UtcNow;

    private LogOwner Log => new($"user/{Grace.Id}");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Assert.Equal(1, await Unread());
        await Chat.User(Grace).MarkAllNotificationsRead();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IsNotified_BeforeAnybodyReads_OnceItsDeviceCanNotComeBackAnyMore(bool crash)
    {
        var phone = await Suppressing("hello");
        await GoTogether(phone, crash);
        Assert.Equal(0, await Unread());
        // Not forgotten where the next one goes as well before anybody knows.
        await Chat.Post(await Chat.Create(ConversationKind.Group, Ada, Grace), Ada, "elsewhere");
        await Eventually.Is(Unread, unread => unread == 2, "the other conversation and its message");
        Time.Shift = Lease;
        await Go(crash);

        Assert.Contains("hello", await Contents());
        // Once, and not again with the next activation. What else was lost in the crash its conversation delivers again.
        await Eventually.Is(Unread, unread => unread == 3, "all three");
        await Go(crash);
        await Eventually.Is(Unread, unread => unread == 3, "all three again");
        Assert.Single(await Contents(), "hello");
        Assert.Null(await Stored());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatWasAcknowledged_IsNotNotified(bool crash)
    {
        var phone = await Suppressing("hello");
        await Chat.User(Grace).Seen(phone.Id, phone.Position.Cursor);
        await Eventually.Is(Stored, stored => stored is null, "nothing to be stored as unseen");
        Time.Shift = Lease;
        await GoTogether(phone, crash);

        Assert.Equal(0, await Unread());
    }

    [Fact]
    public async Task WhatIsOpenedAfterwards_IsNotNotified_AlsoWhereSomethingElseIsLookedAtThen()
    {
        var phone = await Suppressing("hello");
        await GoTogether(phone, crash: true);

        await using var laptop = Chat.Connect(Grace);
        await laptop.Opened();
        await laptop.Show(new Attention(Lounge.Id, Visible: true, DateTime.UtcNow));
        await laptop.Show(Attention.Nowhere with { HeardAt = DateTime.UtcNow });
        await Eventually.Is(Stored, stored => stored is null, "nothing to be stored as unseen");
        Time.Shift = Lease;
        await Go(crash: true);

        Assert.Equal(0, await Unread());
    }

    [Fact]
    public async Task ADeviceThatComesBack_HasToAcknowledgeAsBefore()
    {
        var phone = await Suppressing("hello");
        await Go(crash: true);
        phone.Pause!.SetResult();
        phone.Pause = null;
        await Eventually.Is(() => phone.Openings.Count > 1, "the phone to come back");
        Assert.NotNull(await Stored());

        // It shows the conversation still, but is silent; then its connection ends.
        await phone.DisposeAsync();

        await Eventually.Is(Unread, unread => unread == 1, "the late notification");
    }

    /// <summary>A device that shows the conversation has had a message of it, and says nothing since; so much is stored.</summary>
    private async Task<Device> Suppressing(string text)
    {
        var phone = Chat.Connect(Grace, attention: new Attention(Lounge.Id, Visible: true, _connectedAt));
        await phone.Opened();
        phone.Pause = new TaskCompletionSource();
        await Chat.Post(Lounge, Ada, text);
        await phone.HearsMessages(1);
        await Eventually.Is(Stored, stored => stored is not null, "what nobody has seen to be stored");
        return phone;
    }

    /// <summary>The device says nothing any more, not even that it ends, and the grain goes.</summary>
    private async Task GoTogether(Device phone, bool crash)
    {
        await Go(crash);
        // Answered by the next activation: what the device still says comes to that.
        await Unread();
        await phone.DisposeAsync();
    }

    private async Task Go(bool crash)
    {
        if (!crash)
        {
            await Chat.User(Grace).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
            return;
        }

        // What else it has to store is not what the fault is for.
        await Eventually.Is(Chat.Grains.GetGrain<IUserInspection>(Grace.Id.Value).State, state => state.Stored == state.Head, "all to be stored");
        // The store fails what the grain writes, which therefore goes at once, without storing anything more.
        Chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner == Log && !write.Appends.IsEmpty);
        await Assert.ThrowsAnyAsync<Exception>(() => Chat.User(Grace).SetMuted(Lounge.Id, muted: true));
    }

    private async Task<int> Unread() => (await Notifications()).Unread;

    private async Task<IEnumerable<string>> Contents() => (await Notifications()).Notifications.Select(one => one.Content);

    private Task<NotificationPage> Notifications() => Eventually.Answers(() => Chat.User(Grace).Notifications(unreadOnly: true, null, 10));

    private async Task<ReadOnlyMemory<byte>?> Stored() => await Chat.Logs.ReadKey(Log, "unseen");
}
