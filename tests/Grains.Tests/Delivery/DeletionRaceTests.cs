using System.Collections.Immutable;
using System.Globalization;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>
/// Messages are deleted while their reader's devices connect and read. Whatever the order: what is read of the conversation has no text
/// from when the deletion is answered, what is read of the user has none from when it was told to them, and who was shown a text before is told.
/// </summary>
public sealed class DeletionRaceTests : IAsyncLifetime
{
    private const int Rounds = 16;
    private const int MessagesPerRound = 4;
    private const int Lookers = 4;

    private readonly ChatCluster _chat = new() { Timing = timing => timing.CheckpointInterval = TimeSpan.FromMilliseconds(50) };

    public enum Reader
    {
        Stays,
        CameBack,
        Left,
    }

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Theory]
    [InlineData(Reader.Stays, 1)]
    [InlineData(Reader.CameBack, 2)]
    [InlineData(Reader.Left, 3)]
    public async Task Delete_WhileDevicesConnectAndRead_LeavesItsTextNowhere(Reader reader, int seed)
    {
        var random = new Random(seed);
        _chat.FaultyLogs.HoldsUpRead = (_, _) => Turns(Next(random, 20));
        for (var i = 0; i < Rounds; i++)
        {
            await using var round = await Begin(reader, i % 2 == 0 ? HistoryAccess.All : HistoryAccess.SinceJoined);
            var seeds = Enumerable.Range(0, Lookers).Select(_ => Next(random, int.MaxValue)).ToList();
            await Task.WhenAll(seeds.Select(one => LookUntilTold(round, new Random(one))).Append(DeleteAll(round, Next(random, 40))));
            foreach (var look in Enum.GetValues<Look>())
            {
                await LookAt(round, look);
            }

            await round.AssertDevicesWereTold();
        }
    }

    private static async Task DeleteAll(Round round, int wait)
    {
        await Turns(wait);
        await Task.WhenAll(round.Messages.Select(async message =>
        {
            await round.Lounge.Delete(new DeleteMessage(round.Ada, message.Seq));
            round.Answered(message.Seq);
            await round.Hears(message);
        }));
    }

    private async Task LookUntilTold(Round round, Random random)
    {
        while (!round.IsTold)
        {
            await LookAt(round, (Look)random.Next(Enum.GetValues<Look>().Length));
        }
    }

    private async Task LookAt(Round round, Look look)
    {
        var grace = _chat.User(round.Grace);
        var (answered, told) = round.Deleted;
        switch (look)
        {
            case Look.Snapshot:
                AssertNone(told, Texts((await grace.ReadFeed(round.Grace.Actor, after: null, limit: 100)).Opening.Snapshot!.Notifications), look);
                break;
            case Look.Replay:
                AssertNone(told, Texts((await grace.ReadFeed(round.Grace.Actor, round.Start, limit: 100)).Events), look);
                break;
            case Look.Notifications:
                AssertNone(told, Texts(await grace.Notifications(unreadOnly: false, null, 50)), look);
                break;
            case Look.Conversation when round.IsMember:
                var read = await round.Lounge.ReadMessages(new ReadMessages(round.Grace.Id, null, null, 50));
                var preview = (await round.Lounge.ViewForFeed(round.Grace.Id)).LastMessage;
                var changes = await round.Lounge.ReadChanges(round.Grace.Id, 0, 50);
                AssertNone(answered, [.. read.Messages.Append(preview).Concat(changes.Changes.Select(change => change.Message)).Select(message => message?.Text)], look);
                break;
            case Look.Device when round.Connect(_chat) is { } device:
                if ((await device.Opened()).Snapshot is { } snapshot)
                {
                    AssertNone(told, Texts(snapshot.Notifications), look);
                }

                break;
        }
    }

    private static void AssertNone(ImmutableHashSet<long> deleted, IEnumerable<string?> texts, Look look)
    {
        foreach (var text in texts)
        {
            Assert.False(SecretOf(text) is { } seq && deleted.Contains(seq), $"{look} shows '{text}', which was deleted before");
        }
    }

    private static long? SecretOf(string? text) => text is not null && text.StartsWith("secret ", StringComparison.Ordinal)
        ? long.Parse(text.AsSpan("secret ".Length), CultureInfo.InvariantCulture)
        : null;

    private static IEnumerable<string?> Texts(NotificationPage page) => page.Notifications.Select(one => one.Content);

    private static IEnumerable<string?> Texts(IEnumerable<FeedEvent> events) => events.SelectMany(one => new[] { one.Message?.Text, one.Notification?.Content });

    /// <summary>Lets others have so many turns.</summary>
    private static async Task Turns(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
        }
    }

    private static int Next(Random random, int below)
    {
        lock (random)
        {
            return random.Next(below);
        }
    }

    /// <summary>Messages of ada's, of which grace was notified, and then she left, came back, or stayed.</summary>
    private async Task<Round> Begin(Reader reader, HistoryAccess history)
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, history, ada, grace);
        var witness = _chat.Connect(grace);
        var start = (await witness.Opened()).Position;
        var messages = new List<Message>();
        for (var i = 1; i <= MessagesPerRound; i++)
        {
            messages.Add(await _chat.Post(lounge, ada, $"secret {i}"));
        }

        await witness.HearsMessages(messages.Count);
        var conversation = _chat.Conversation(lounge.Id);
        if (reader != Reader.Stays)
        {
            await conversation.RemoveMember(new RemoveMember(ada.Actor, grace.Id));
        }

        if (reader == Reader.CameBack)
        {
            await conversation.AddMember(new AddMember(ada.Actor, new NewMember(grace.Id, null, null)));
        }

        var sees = reader == Reader.Stays || (reader == Reader.CameBack && history == HistoryAccess.All);
        return new Round(conversation, ada.Actor, grace, witness, start, messages, sees, reader != Reader.Left);
    }

    private enum Look
    {
        Snapshot,
        Replay,
        Notifications,
        Conversation,
        Device,
    }

    /// <param name="Sees">Whether grace may see the messages, and so hears of each deletion.</param>
    private sealed record Round(
        IConversationGrain Lounge, Actor Ada, Person Grace, Device Witness, FeedPosition Start, List<Message> Messages, bool Sees, bool IsMember) : IAsyncDisposable
    {
        private const int MostDevices = 6;

        private readonly List<Device> _devices = [];
        private ImmutableHashSet<long> _answered = [];
        private ImmutableHashSet<long> _told = [];

        public (ImmutableHashSet<long> Answered, ImmutableHashSet<long> Told) Deleted => (Volatile.Read(ref _answered), Volatile.Read(ref _told));

        public bool IsTold => Deleted.Told.Count == Messages.Count;

        public void Answered(long seq) => ImmutableInterlocked.Update(ref _answered, set => set.Add(seq));

        public async Task Hears(Message message)
        {
            await (Sees
                ? Witness.Hears(FeedEntryKind.MessageDeleted, one => one.Entry.Seq == message.Seq)
                : Witness.Hears(FeedEntryKind.NotificationRead, one => one.Entry.NotificationIds.Contains(InboxId.OfMessage(message.Id))));
            ImmutableInterlocked.Update(ref _told, set => set.Add(message.Seq));
        }

        /// <summary>One that knows nothing or one that was here before, in turn; null where there are enough.</summary>
        public Device? Connect(ChatCluster chat)
        {
            lock (_devices)
            {
                if (_devices.Count == MostDevices)
                {
                    return null;
                }

                _devices.Add(chat.Connect(Grace, _devices.Count % 2 == 0 ? null : Start));
                return _devices[^1];
            }
        }

        /// <summary>What a device was shown of a message that its user may see is taken back behind it.</summary>
        public async Task AssertDevicesWereTold()
        {
            var last = Witness.Position.Cursor;
            foreach (var device in _devices)
            {
                await device.Opened();
                await device.Until(() => device.Position.Cursor >= last, $"the feed up to {last}");
                if (!Sees || device.Openings.Count > 1)
                {
                    continue;
                }

                var opening = device.Openings[0];
                var shown = Texts(device.Events.Where(one => one.Entry.Kind != FeedEntryKind.MessageDeleted))
                    .Concat(opening.Snapshot is { } snapshot ? Texts(snapshot.Notifications) : []);
                foreach (var seq in shown.Select(SecretOf).OfType<long>().Distinct())
                {
                    Assert.Contains(device.Events, one => one.Entry.Kind == FeedEntryKind.MessageDeleted && one.Entry.Seq == seq);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var device in _devices.Append(Witness))
            {
                await device.DisposeAsync();
            }
        }
    }
}
