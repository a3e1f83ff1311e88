using System.Diagnostics;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Streams.Faults;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Xunit.Abstractions;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>Streams that lose, repeat and delay, and a storage that fails and stalls: every feed is complete all the same.</summary>
public sealed class FaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly ChatCluster _chat = new()
    {
        StreamFaults = new SeededStreamFaults(seed: 7, dropped: 0.05, repeated: 0.05, delayed: 0.05, TimeSpan.FromMilliseconds(300)),
        Timing = timing => timing.RestAfter = TimeSpan.FromMilliseconds(100),
    };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Feeds_WhenTheStreamDropsRepeatsAndDelays_AreCompleteInOrderAndWithoutRepeat()
    {
        var (ada, grace, linus) = (Person.Ada(), Person.Grace(), Person.Linus());
        var rooms = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _chat.Create(ConversationKind.Group, ada, grace, linus)));
        var devices = new[] { ada, grace, linus }.Select(person => _chat.Connect(person)).ToList();
        await Task.WhenAll(devices.Select(device => device.Opened()));

        const int each = 100;
        await Task.WhenAll(rooms.SelectMany(room => new[] { ada, grace, linus }.Select(async sender =>
        {
            for (var i = 0; i < each; i++)
            {
                await _chat.Post(room, sender, $"message {i}", $"{sender.Id}-{i}");
            }
        })));
        var sent = Stopwatch.StartNew();
        await AssertComplete(devices, rooms, 3 * each);

        output.WriteLine($"The last feed was complete after {sent.Elapsed}.");
        foreach (var device in devices)
        {
            await device.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(WriteFault.FailBefore)]
    [InlineData(WriteFault.FailAfter)]
    public async Task Feeds_WhenTheStorageFails_AreComplete_AndRetriedPostsAreOneMessage(WriteFault fault)
    {
        var (ada, grace, linus) = (Person.Ada(), Person.Grace(), Person.Linus());
        var rooms = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _chat.Create(ConversationKind.Group, ada, grace, linus)));
        var devices = new[] { ada, grace, linus }.Select(person => _chat.Connect(person)).ToList();
        await Task.WhenAll(devices.Select(device => device.Opened()));
        var count = 0;
        _chat.FaultyLogs.Writes.Add(fault, write => Interlocked.Increment(ref count) % 17 == 0, times: 25);

        const int each = 30;
        var acknowledged = await Task.WhenAll(rooms.SelectMany(room => new[] { ada, grace, linus }.Select(async sender =>
        {
            var seqs = new List<long>();
            for (var i = 0; i < each; i++)
            {
                seqs.Add((await PostUntilAnswered(room, sender, $"message {i}", $"{sender.Id}-{i}")).Seq);
            }

            return seqs;
        })));
        _chat.FaultyLogs.Writes.Clear();

        Assert.All(acknowledged, seqs => Assert.Equal(seqs.Order(), seqs));
        await AssertComplete(devices, rooms, 3 * each);
        foreach (var device in devices)
        {
            await device.DisposeAsync();
        }
    }

    [Fact]
    public async Task Post_WhileTheStorageStalls_IsNotAnswered_AndThenOnce()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        var stall = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Owner.Value == $"conversation/{lounge.Id}");

        var first = _chat.Post(lounge, ada, "hello", "c-1");
        await stall.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        var repeated = _chat.Post(lounge, ada, "hello", "c-1");
        var next = _chat.Post(lounge, ada, "and more", "c-2");
        Assert.False(first.IsCompleted || repeated.IsCompleted || next.IsCompleted);
        Assert.Empty((await _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(grace.Id, null, null, 50))).Messages);
        stall.Release();

        Assert.Equal([1L, 1L, 2L], (await Task.WhenAll(first, repeated, next)).Select(message => message.Seq));
    }

    [Fact]
    public async Task Post_WhoseAnswerWasLost_AndThatNobodyRepeats_IsDelivered()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        await using var device = _chat.Connect(grace);
        await device.Opened();
        await _chat.Sleep(lounge);
        _chat.FaultyLogs.Writes.Add(WriteFault.FailAfter, write => write.Owner.Value == $"conversation/{lounge.Id}");

        var refused = await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, ada, "stored"));

        Assert.Equal(ChatOrleans.Errors.ErrorCode.Unavailable, refused.Code);
        await device.HearsMessages(1);
    }

    [Fact]
    public async Task Member_WhoCannotBeToldForLong_IsToldInTheEnd_ThoughNobodyCallsTheConversation()
    {
        var impatient = new ChatCluster { IdleAge = TimeSpan.FromSeconds(1) };
        await impatient.InitializeAsync();
        try
        {
            var (ada, grace) = (Person.Ada(), Person.Grace());
            var owner = new LogOwner($"user/{grace.Id}");
            var lounge = await impatient.Create(ConversationKind.Group, ada, grace);
            var before = (await impatient.Logs.ReadHead(owner))[LogTrack.Feed].Last;
            var attempts = 0;
            impatient.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner == owner && ++attempts < 4, int.MaxValue);

            await impatient.Post(lounge, ada, "for grace");

            // The fourth attempt comes long after the conversation was last called.
            await Eventually.Is(async () => (await impatient.Logs.ReadHead(owner))[LogTrack.Feed].Last, last => last > before, "grace's entry to be stored");
            Assert.InRange(attempts, 4, int.MaxValue);
        }
        finally
        {
            await impatient.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Member_WhoLacksSomething_IsToldInTheEnd_ThoughTheConversationIsLetGo(bool headFails)
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var owner = new LogOwner($"user/{grace.Id}");
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        await using (var device = _chat.Connect(grace))
        {
            await device.Opened();
        }

        var before = (await _chat.Logs.ReadHead(owner))[LogTrack.Feed].Last;
        var fault = _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner == owner, int.MaxValue);
        await _chat.Post(lounge, ada, "for grace");
        await fault.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        if (headFails)
        {
            _chat.FaultyStates.Add(WriteFault.FailBefore, write => write.StateName == "conversation");
        }

        // As a process does that is short of memory, or so busy that a grain's own ticks are late.
        await _chat.LetGo(lounge);
        _chat.FaultyLogs.Writes.Clear();

        await Eventually.Is(async () => (await _chat.Logs.ReadHead(owner))[LogTrack.Feed].Last, last => last > before, "grace's entry to be stored");
    }

    private async Task<Message> PostUntilAnswered(ConversationView room, Person sender, string text, string clientMessageId)
    {
        while (true)
        {
            try
            {
                return await _chat.Post(room, sender, text, clientMessageId);
            }
            catch (Exception e) when (e is ChatException { Code: ChatOrleans.Errors.ErrorCode.Unavailable } or OrleansException or TimeoutException)
            {
                // What a client does: the same id again.
                await Task.Yield();
            }
        }
    }

    private async Task AssertComplete(List<Device> devices, ConversationView[] rooms, int messagesPerRoom)
    {
        foreach (var device in devices)
        {
            await device.Until(
                () => rooms.All(room => device.CountIn(room.Id) == messagesPerRoom), $"{messagesPerRoom} messages in each room");
            if (device.Behinds.Count == 0 && device.Openings.All(opening => opening.Resumed || opening == device.Openings[0]))
            {
                // Never out of step with its epoch, nor too slow: then the events themselves are each message once, in order.
                foreach (var room in rooms)
                {
                    Assert.Equal(Enumerable.Range(1, messagesPerRoom).Select(seq => (long)seq), SeqsIn(device, room));
                }
            }
        }

        foreach (var room in rooms)
        {
            var history = await _chat.Conversation(room.Id).ReadMessages(new ReadMessages(room.Members[0].UserId, null, 0, 1_000));
            Assert.Equal(messagesPerRoom, history.Messages.Length);
            Assert.Equal(messagesPerRoom, history.Messages.Select(message => (message.SenderId, message.ClientMessageId)).Distinct().Count());
        }
    }

    private static List<long> SeqsIn(Device device, ConversationView room) => [.. device.Events
        .Where(one => one.Entry.Kind == FeedEntryKind.NewMessage && one.Entry.ConversationId == room.Id)
        .Select(one => one.Entry.Seq)];
}
