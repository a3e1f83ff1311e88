using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Users;
using ChatOrleans.Ids;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Orleans.Core.Internal;

namespace ChatOrleans.Grains.Tests.Jobs;

/// <summary>What retention removes leaves nothing behind: no unread notification, and no client id that stands for nothing.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new()
    {
        Timing = timing => timing.SweepInterval = timing.RestAfter = TimeSpan.FromMilliseconds(300),
    };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Retention_TakesItsNotificationsAlong_AlsoThoseOfWhoHasLeft()
    {
        var (ada, grace, linus) = (Person.Ada(), Person.Grace(), Person.Linus());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace, linus);
        await using var device = _chat.Connect(grace);
        await device.Opened();
        for (var i = 1; i <= 300; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await device.HearsMessages(300);
        await Unread(linus, 301);
        await _chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, linus.Id));

        await Keeping(lounge).SetRetention(new Retention(null, 20));

        // And the one of the conversation itself.
        var page = await Unread(grace, 21);
        Assert.Equal(
            [.. Enumerable.Range(281, 20).Reverse().Select(seq => InboxId.OfMessage(new MessageId(lounge.Id, seq)))],
            page.Notifications.Take(20).Select(notification => notification.Id));
        Assert.All(page.Notifications.Take(20), notification => Assert.NotEmpty(notification.Content));
        await Unread(linus, 21);
        Assert.Equal(300, (await _chat.User(grace).Mark(lounge.Id))!.LastSeq);
        foreach (var person in new[] { grace, linus })
        {
            Assert.Empty((await _chat.Grains.GetGrain<IUserInspection>(person.Id.Value).Audit()).Findings);
        }

        await Keeping(lounge).SetRetention(new Retention(TimeSpan.FromTicks(1), null));
        await Unread(grace, 1);
        await Unread(linus, 1);
    }

    /// <summary>A read of the log has its bounds: what retention has removed at its beginning takes nothing of the rest along.</summary>
    [Fact]
    public async Task Retention_InTheMiddleOfAPageOfLongMessages_LeavesTheRestReadable()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        var text = new string('x', 8_000);
        for (var i = 1; i <= 190; i++)
        {
            await _chat.Post(lounge, ada, text);
        }

        await Keeping(lounge).SetRetention(new Retention(null, 150));
        await Eventually.Is(() => Keeping(lounge).SweepState(), state => state.FirstSeq == 41, "the first 40 to be removed");
        await _chat.User(grace).AsReference<IGrainManagementExtension>().DeactivateOnIdle();

        var events = (await _chat.User(grace).ReadFeed(grace.Actor, new FeedPosition(null, 0), 200)).Events;

        var messages = events.Where(one => one.Entry.Kind == FeedEntryKind.NewMessage).ToDictionary(one => one.Entry.Seq, one => one.Message!);
        Assert.Equal(190, messages.Count);
        Assert.All(messages, one => Assert.Equal(one.Key > 40 ? text : "", one.Value.Text));
    }

    /// <summary>The newest of a feed is in its grain's memory, also where it is old.</summary>
    [Fact]
    public async Task Retention_TakesTextsOutOfTheFeedsMemory()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        await using var device = _chat.Connect(grace);
        await device.Opened();
        await _chat.Post(lounge, ada, "first");
        await _chat.Post(lounge, ada, "second");
        await device.HearsMessages(2);

        await Keeping(lounge).SetRetention(new Retention(null, 1));
        await device.Hears(FeedEntryKind.NotificationRead);

        var replayed = (await _chat.User(grace).ReadFeed(grace.Actor, device.Openings[0].Position, 100)).Events;
        Assert.Equal(["", "second"], replayed.Where(one => one.Message is not null).Select(one => one.Message!.Text));
    }

    [Fact]
    public async Task Erasure_OfWhatRetentionRemovesMeanwhile_RefusesNothing()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        for (var i = 1; i <= 300; i++)
        {
            // More than a read brings at once.
            await _chat.Post(lounge, ada, i <= 64 ? new string('\u4e2d', 8_000) : $"message {i}", $"c-{i}");
        }

        var (reads, held) = (0, new TaskCompletionSource());
        _chat.FaultyLogs.HoldsUpRead = (owner, track) => track == LogTrack.Messages && Interlocked.Increment(ref reads) == 2 ? held.Task : null;
        var erasing = Keeping(lounge).EraseSender(ada.Id, 1, 64);
        await Eventually.Is(() => Volatile.Read(ref reads) > 1, "the erasure to read on");
        await Keeping(lounge).SetRetention(new Retention(null, 250));
        held.SetResult();

        await erasing;

        Assert.Equal(Enumerable.Range(51, 14).Select(seq => (long)seq), (await Messages(51, 64)).Where(message => message.Deleted).Select(message => message.Seq));
        Assert.Null(await _chat.Logs.ReadKey(new LogOwner($"conversation/{lounge.Id}"), $"{ada.Id}/c-1"));

        async Task<IEnumerable<Message>> Messages(long from, long to) =>
            (await _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(grace.Id, to + 1, from - 1, 200))).Messages;
    }

    [Fact]
    public async Task AMember_WhoCouldNotBeTold_IsToldWithALaterSweep()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        for (var i = 1; i <= 30; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await Unread(grace, 31);
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == $"user/{grace.Id}", times: 2);
        await Keeping(lounge).SetRetention(new Retention(null, 10));
        await Unread(grace, 11);
        Assert.Empty((await _chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
    }

    [Fact]
    public async Task SetRetention_OfWhatTakesLong_AnswersBefore_AndTellsHowFarItIs()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        for (var i = 1; i <= 100; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        var stall = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => write.Trims.Any(trim => trim is { Track: LogTrack.Messages, First: > 41 }));

        // It would wait for 30 s, and then be told that nobody answers.
        await Keeping(lounge).SetRetention(new Retention(null, 10));

        await stall.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(await Keeping(lounge).SweepState() is { FirstSeq: > 41 and <= 91, LastSeq: 100, Running: true });
        stall.Release();
        await Eventually.Is(() => Keeping(lounge).SweepState(), state => state is { FirstSeq: 91, Running: false }, "the end of removing");
    }

    [Fact]
    public async Task AMember_WhoWasFurtherBehindThanAPage_GetsWhatIsLeft()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        // Nothing of hers is stored meanwhile, so she begins anew at each look.
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == $"user/{grace.Id}", times: int.MaxValue);
        for (var i = 1; i <= 700; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await Keeping(lounge).SetRetention(new Retention(null, 10));
        _chat.FaultyLogs.Writes.Clear();
        await Unread(grace, 11);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(700)]
    public async Task AMember_OfWhomAllIsRemovedThatWasMissing_GoesOnWithTheNextMessage(int messages)
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        await Unread(grace, 1);
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == $"user/{grace.Id}", times: int.MaxValue);
        for (var i = 1; i <= messages; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await Keeping(lounge).SetRetention(new Retention(TimeSpan.FromTicks(1), null));
        await Eventually.Is(
            () => _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(ada.Id, null, null, 10)), page => page.Messages.IsEmpty, "all removed");
        await Keeping(lounge).SetRetention(Retention.Forever);
        _chat.FaultyLogs.Writes.Clear();

        var after = await _chat.Post(lounge, ada, "after");
        var page = await Unread(grace, 2);
        Assert.Equal(InboxId.OfMessage(new MessageId(lounge.Id, after.Seq)), page.Notifications[0].Id);
        Assert.Equal(after.Seq, (await _chat.User(grace).Mark(lounge.Id))!.LastSeq);
        Assert.Empty((await _chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("a title")]
    [InlineData("her removal")]
    public async Task AMember_OfWhomAllIsRemoved_CatchesUp_WhereNothingFollows(string follows)
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        await Unread(grace, 1);
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == $"user/{grace.Id}", times: int.MaxValue);
        for (var i = 1; i <= 3; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await Keeping(lounge).SetRetention(new Retention(TimeSpan.FromTicks(1), null));
        await Eventually.Is(
            () => _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(ada.Id, null, null, 10)), page => page.Messages.IsEmpty, "all removed");
        if (follows == "a title")
        {
            await _chat.Conversation(lounge.Id).Change(new ChangeConversation { Actor = ada.Actor, Title = "kitchen" });
        }
        else if (follows == "her removal")
        {
            await _chat.Conversation(lounge.Id).RemoveMember(new RemoveMember(ada.Actor, grace.Id));
        }

        _chat.FaultyLogs.Writes.Clear();
        var leaving = _chat.FaultyLogs.Writes.Add(
            WriteFault.StallBefore, write => write.Owner.Value.StartsWith("recovery/", StringComparison.Ordinal));

        // At rest, and so off the recovery list: nobody lacks anything any more.
        await leaving.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        leaving.Release();
        if (follows != "her removal")
        {
            Assert.Equal(3, (await _chat.User(grace).Mark(lounge.Id))!.LastSeq);
        }

        Assert.Empty((await _chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
    }

    [Fact]
    public async Task AConversation_WhoseHeadIsOld_AndWhoseMessagesAreGone_Activates()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        var unwritten = _chat.FaultyStates.Add(WriteFault.FailBefore, write => write.StateName == "conversation", times: int.MaxValue);
        for (var i = 1; i <= 3; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        await Keeping(lounge).SetRetention(new Retention(TimeSpan.FromTicks(1), null));
        await unwritten.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await _chat.LetGo(lounge);
        _chat.FaultyStates.Clear();

        var view = await _chat.Conversation(lounge.Id).View(ada.Id).WaitAsync(TimeSpan.FromSeconds(25));
        Assert.Equal((4L, 3L), (view.FirstSeq, view.LastSeq));
    }

    [Fact]
    public async Task Repeat_OfWhatRetentionRemoved_IsANewMessage_AndThenARepeat()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        for (var i = 1; i <= 10; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}", $"c-{i}");
        }

        await Keeping(lounge).SetRetention(new Retention(null, 5));
        Assert.Equal((true, 10L), await Repeat("c-10", "message 10"));
        // At hand in the cache, and with another body: it stands for nothing any more. Twice at once is one message all the same.
        var both = await Task.WhenAll(Repeat("c-1", "another"), Repeat("c-1", "another"));
        Assert.Equal([(false, 11L), (true, 11L)], both.Order());
        Assert.Equal((true, 11L), await Repeat("c-1", "another"));
        var conflict = await Assert.ThrowsAsync<ChatException>(() => Repeat("c-1", "message 1"));
        Assert.Equal(ChatOrleans.Errors.ErrorCode.Conflict, conflict.Code);

        async Task<(bool, long)> Repeat(string id, string text)
        {
            var outcome = await _chat.Conversation(lounge.Id).Post(new PostMessage { Actor = ada.Actor, Text = text, ClientMessageId = id });
            return (outcome.Repeated, outcome.Message.Seq);
        }
    }

    private IConversationKeeping Keeping(ConversationView conversation) => _chat.Grains.GetGrain<IConversationKeeping>(conversation.Id.Value);

    private async Task<NotificationPage> Unread(Person person, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var page = await _chat.User(person).Notifications(unreadOnly: true, null, 500);
            if (page.Unread == count && page.Notifications.Length == count)
            {
                return page;
            }

            Assert.False(patience.IsCancellationRequested, $"Waited 30 s for {count} unread of {person.Name}; there are {page.Unread}, and {page.Notifications.Length} in the list.");
            await Task.Yield();
        }
    }
}
