using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>What one command may read of a long feed, and what may have changed while a device's feed was read.</summary>
public sealed class ReadsTests : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private readonly ChatCluster _chat;

    public ReadsTests() => _chat = new ChatCluster { SiloCount = 1, Time = _time };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task ACommandOrAQuestion_OnALongFeed_ReadsLittleOfIt()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        for (var i = 1; i <= 1_500; i += 50)
        {
            await Task.WhenAll(Enumerable.Range(i, 50).Select(n => _chat.Post(lounge, ada, $"message {n}")));
        }

        _time.Shift = TimeSpan.FromDays(8);
        await _chat.Post(lounge, grace, "lately");
        // An alert is in the feed at once, a message when its conversation has told of it.
        await Stored(ada, 1_502);
        await _chat.User(ada).Alert(new SystemAlert { AlertId = "a1", Title = "An alert", Content = "of today" });
        await Stored(ada, 1_503);
        await _chat.User(ada).MarkAllNotificationsRead();
        var reads = 0;
        _chat.FaultyLogs.HoldsUpRead = (owner, track) =>
        {
            if (IsFeedOf(ada, owner, track))
            {
                Interlocked.Increment(ref reads);
            }

            return null;
        };

        await _chat.User(ada).MarkNotificationRead("alert-a1");
        await _chat.User(ada).MarkNotificationRead(InboxId.OfMessage(new MessageId(lounge.Id, 1_501)));
        foreach (var unknown in new[]
        {
            // Her own message is among them: it never notified her.
            "alert-none", "none", InboxId.OfMessage(new MessageId(lounge.Id, 3)), InboxId.OfMessage(new MessageId(lounge.Id, 1_502)), InboxId.OfMessage(new MessageId(ConversationId.New(), 1)),
            InboxId.OfConversation(lounge.Id, 99), InboxId.OfConversation(ConversationId.New(), 1),
        })
        {
            var none = await Assert.ThrowsAsync<ChatException>(() => _chat.User(ada).MarkNotificationRead(unknown));
            Assert.Equal(Errors.ErrorCode.NotFound, none.Code);
        }

        Assert.Equal(0, reads);
        var old = await Assert.ThrowsAsync<ChatException>(
            () => _chat.Grains.GetGrain<IUserInspection>(ada.Id.Value).Why(new MessageId(lounge.Id, 1)));
        Assert.Equal(Errors.ErrorCode.NotFound, old.Code);
        // A page of entries and a little, of six pages.
        Assert.InRange(reads, 1, 3);

        reads = 0;
        var inbox = await _chat.User(ada).Notifications(unreadOnly: false, null, 50);
        Assert.Equal(["alert-a1", InboxId.OfMessage(new MessageId(lounge.Id, 1_501))], inbox.Notifications.Select(one => one.Id));
        // All of the feed, as it holds fewer than were asked for: in pages that grow.
        Assert.InRange(reads, 1, 3);
    }

    [Fact]
    public async Task Feed_WhoseTokenIsRevokedWhileItOpens_IsRefused()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        for (var i = 1; i <= 20; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await Stored(grace, 21);
        var (reading, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _chat.FaultyLogs.HoldsUpRead = (owner, track) =>
        {
            if (!IsFeedOf(grace, owner, track))
            {
                return null;
            }

            reading.TrySetResult();
            return goOn.Task;
        };
        var opening = Open(grace);
        await reading.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await _chat.User(grace).RevokeTokens();
        goOn.SetResult();

        var refused = await Assert.ThrowsAsync<ChatException>(() => opening);
        Assert.Equal(Errors.ErrorCode.Unauthenticated, refused.Code);
    }

    [Fact]
    public async Task ReadFeed_WhichIsTrimmedMeanwhile_LeavesNothingOutWithoutAWord()
    {
        var ada = Person.Ada();
        await Alert(ada, 0, 20);
        await Stored(ada, 20);
        var (reading, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _chat.FaultyLogs.HoldsUpRead = (owner, track) =>
        {
            if (!IsFeedOf(ada, owner, track))
            {
                return null;
            }

            reading.TrySetResult();
            return goOn.Task;
        };
        var read = _chat.User(ada).ReadFeed(ada.Actor, new FeedPosition(null, 0), 5);
        await reading.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await _chat.Grains.GetGrain<IUserKeeping>(ada.Id.Value).Forget();
        await Alert(ada, 20, 20);
        goOn.SetResult();

        // It says that it could not be read: asked again, there is a snapshot.
        Assert.Equal(Errors.ErrorCode.Unavailable, (await Assert.ThrowsAsync<ChatException>(() => read)).Code);
        Assert.False((await _chat.User(ada).ReadFeed(ada.Actor, new FeedPosition(null, 0), 5)).Opening.Resumed);
    }

    [Fact]
    public async Task MarkRead_OfManyNotifications_IsInEventsThatADeviceCanTake()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        for (var i = 1; i <= 600; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await Eventually.Is(() => _chat.User(grace).Mark(lounge.Id), mark => mark!.LastSeq == 600, "all messages");
        await _chat.User(grace).MarkRead(lounge.Id, 600);

        var page = await _chat.User(grace).ReadFeed(grace.Actor, new FeedPosition(null, 600), 200);
        var read = page.Events.Where(one => one.Entry.Kind == FeedEntryKind.NotificationRead).Select(one => one.Entry.NotificationIds.Length).ToList();
        Assert.InRange(read.Max(), 1, 256);
        Assert.Equal(0, (await _chat.User(grace).Notifications(unreadOnly: true, null, 1)).Unread);
    }

    private Task Alert(Person person, int from, int count) => Task.WhenAll(Enumerable.Range(from, count).Select(i =>
        _chat.User(person).Alert(new SystemAlert { AlertId = $"a{i}", Title = "alert", Content = "content" })));

    private async Task<FeedBatch> Open(Person person)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var request = new FeedRequest { DeviceId = "phone", TokenIssuedAt = DateTime.UtcNow };
        await foreach (var batch in _chat.User(person).Feed(request).WithCancellation(limit.Token))
        {
            return batch;
        }

        throw new InvalidOperationException("The feed ended.");
    }

    private Task<UserState> Stored(Person person, long events) => Eventually.Is(
        () => _chat.Grains.GetGrain<IUserInspection>(person.Id.Value).State(), state => state.Stored >= events, $"{events} stored events");

    private static bool IsFeedOf(Person person, LogOwner owner, LogTrack track) => track == LogTrack.Feed && owner.Value == $"user/{person.Id}";
}
