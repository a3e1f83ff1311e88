using ChatOrleans.Conversations;
using ChatOrleans.Silo.Streams.Faults;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>What a device without a cursor is told is of one moment, whatever happens while it is put together.</summary>
public sealed class SnapshotTests : IAsyncLifetime
{
    private readonly Switch _stream = new();
    private readonly ChatCluster _chat;

    public SnapshotTests() => _chat = new ChatCluster
    {
        SiloCount = 1,
        StreamFaults = _stream,
        Timing = timing => timing.CheckpointInterval = TimeSpan.FromSeconds(30),
    };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Snapshot_WhenADeletionIsOnItsWay_CountsWhatItLists()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var room = await _chat.Create(ConversationKind.Group, ada, grace);
        await using var device = _chat.Connect(grace);
        await device.Opened();
        var messages = new List<Message>();
        for (var i = 0; i < 10; i++)
        {
            messages.Add(await _chat.Post(room, ada, $"message {i}"));
        }

        await device.HearsMessages(messages.Count);

        // Whoever reads the conversation's log sees the deletions before grace's feed does.
        _stream.Lost = true;
        foreach (var message in messages)
        {
            await _chat.Conversation(room.Id).Delete(new DeleteMessage(ada.Actor, message.Seq));
        }

        var opening = (await _chat.User(grace).ReadFeed(grace.Actor, after: null, limit: 100)).Opening;

        var told = opening.Snapshot!.Notifications;
        Assert.Equal(told.Unread, told.Notifications.Count(notification => !notification.Read));
    }

    private sealed class Switch : IStreamFaults
    {
        public volatile bool Lost;

        public StreamFault Decide(StreamId stream) => Lost ? new StreamFault(0, TimeSpan.Zero) : StreamFault.None;
    }
}
