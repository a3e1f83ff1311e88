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
        var posted = 0;
        // A fifth more than is kept may be there, and what no snapshot of the inbox has yet stays too.
        while (posted < Kept * 3 / 2 || (await Inspection.State()).First == 1)
        {
            Assert.InRange(posted, 0, 10 * Kept);
            await Task.WhenAll(Enumerable.Range(posted, 50).Select(n => _chat.Post(lounge, _ada, $"message {n}")));
            posted += 50;
            await device.HearsMessages(posted);
        }

        var state = await Eventually.Is(
            () => Inspection.State(), state => state.Stored == state.Head && state.Head == device.Position.Cursor, "the feed to be stored and heard");

        Assert.InRange(state.First, 2, state.Head - Kept + 1);
        Assert.Equal(state.First, (await _chat.Logs.ReadHead(new LogOwner($"user/{_grace.Id}")))[LogTrack.Feed].First);
        Assert.True((await Opening(state.First - 1)).Resumed);
        Assert.False((await Opening(state.First - 2)).Resumed);
        await device.Hears(FeedEntryKind.NotificationRead, one => one.Entry.AllUpToCursor == state.First - 1);
        var left = device.Events.Count(one => one.Entry.Kind == FeedEntryKind.NewMessage && one.Entry.Cursor >= state.First);
        var page = await _chat.User(_grace).Notifications(unreadOnly: true, null, posted);
        Assert.Equal((left, left), (page.Unread, page.Notifications.Length));
        Assert.Equal(posted, (await _chat.User(_grace).Mark(lounge.Id))!.LastSeq);
        Assert.Empty((await Inspection.Audit()).Findings);

        async Task<FeedOpening> Opening(long cursor) =>
            (await _chat.User(_grace).ReadFeed(_grace.Actor, new FeedPosition(epoch, cursor), limit: 1)).Opening;
    }

    private IUserInspection Inspection => _chat.Grains.GetGrain<IUserInspection>(_grace.Id.Value);
}
