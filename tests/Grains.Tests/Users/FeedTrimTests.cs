using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>A feed is kept at its length: what that means for a device that comes back, and for notifications that go with it.</summary>
public sealed class FeedTrimTests : IAsyncLifetime
{
    private const int Kept = 1_000;

    private readonly ChatCluster _chat = new() { SiloCount = 1, Timing = timing => timing.FeedEvents = Kept };
    private readonly Person _ada = Person.Ada();
    private readonly Person _grace = Person.Grace();

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Feed_LongerThanIsKept_LosesItsOldest_AndTheirNotificationsCountAsRead()
    {
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace);
        await using var device = _chat.Connect(_grace);
        var epoch = (await device.Opened()).Position.Epoch;
        for (var i = 0; i < 1_500; i += 50)
        {
            await Task.WhenAll(Enumerable.Range(i, 50).Select(n => _chat.Post(lounge, _ada, $"message {n}")));
            await device.HearsMessages(i + 50);
        }

        var state = await Eventually.Is(
            () => Inspection.State(), state => state.First > 1 && state.Stored == state.Head && state.Head == device.Position.Cursor, "the feed to be cut and stored");

        // A fifth more than that may be there: it is cut now and then.
        Assert.InRange(state.Head - state.First + 1, Kept, Kept + (Kept / 5));
        Assert.Equal(state.First, (await _chat.Logs.ReadHead(new LogOwner($"user/{_grace.Id}")))[LogTrack.Feed].First);
        Assert.True((await Opening(state.First - 1)).Resumed);
        Assert.False((await Opening(state.First - 2)).Resumed);
        await device.Hears(FeedEntryKind.NotificationRead, one => one.Entry.AllUpToCursor == state.First - 1);
        var left = device.Events.Count(one => one.Entry.Kind == FeedEntryKind.NewMessage && one.Entry.Cursor >= state.First);
        var page = await _chat.User(_grace).Notifications(unreadOnly: true, null, 2 * Kept);
        Assert.Equal((left, left), (page.Unread, page.Notifications.Length));
        Assert.Equal(1_500, (await _chat.User(_grace).Mark(lounge.Id))!.LastSeq);
        Assert.Empty((await Inspection.Audit()).Findings);

        async Task<FeedOpening> Opening(long cursor) =>
            (await _chat.User(_grace).ReadFeed(_grace.Actor, new FeedPosition(epoch, cursor), limit: 1)).Opening;
    }

    private IUserInspection Inspection => _chat.Grains.GetGrain<IUserInspection>(_grace.Id.Value);
}
