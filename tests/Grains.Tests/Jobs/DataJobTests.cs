using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Jobs;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Tests.Jobs;

/// <summary>Export and erasure: done to the end whatever is restarted in between, and nothing of a text is left anywhere.</summary>
public sealed class DataJobTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    private const string Secret = "nobody else's words";

    [Fact]
    public async Task Erase_LeavesTombstonesInOrder_AndNoTextAnywhere()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, grace, ada);
        await using var device = chat.Connect(grace);
        await device.Opened();
        for (var i = 1; i <= 149; i++)
        {
            await chat.Post(lounge, i % 3 == 0 ? grace : ada, i % 3 == 0 ? $"mine {i}" : $"{Secret} {i}", $"c-{i}");
        }

        // What another exported meanwhile is kept.
        await Finished(DataJobKind.Export, grace);
        await chat.Post(lounge, grace, "mine 150", "c-150");
        await device.HearsMessages(150);
        await chat.User(ada).Alert(new SystemAlert { AlertId = "a1", Title = Secret, Content = Secret });
        await Finished(DataJobKind.Export, ada);
        var job = await Finished(DataJobKind.Erase, ada);

        Assert.Equal((100, 1, 0), (job.Messages, job.ConversationsDone, job.Failures));
        var history = (await chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(grace.Id, null, 0, 200))).Messages;
        Assert.Equal(Enumerable.Range(1, 150).Select(seq => (long)seq), history.Select(message => message.Seq));
        Assert.All(history, message => Assert.Equal(message.SenderId == ada.Id, message.Deleted));
        Assert.All(history.Where(message => message.Deleted), message => Assert.True(message is { Text: "", SenderName: null, Meta: null }));
        var inbox = await Eventually.Is(async () => await chat.User(grace).Notifications(unreadOnly: true, null, 200), page => page.Unread == 0, "grace's inbox without the erased");
        Assert.DoesNotContain(inbox.Notifications, notification => notification.Content.Contains(Secret, StringComparison.Ordinal));
        Assert.Empty((await chat.User(ada).Notifications(unreadOnly: false, null, 200)).Notifications);
        Assert.Null((await chat.User(ada).Me(new Actor(ada.Id, null))).Name);
        Assert.DoesNotContain((await chat.Conversation(lounge.Id).View(grace.Id)).Members, member => member.UserId == ada.Id);

        // Whatever the store holds of it, by its bytes: rows, and the hashes by which repeats are told.
        await Finished(DataJobKind.Export, ada);
        foreach (var owner in new[] { $"conversation/{lounge.Id}", $"user/{ada.Id}", $"user/{grace.Id}", $"job/export/{ada.Id}", $"job/export/{grace.Id}" })
        {
            Assert.DoesNotContain(Secret, await Stored(new LogOwner(owner)), StringComparison.Ordinal);
        }

        var repeated = await chat.Conversation(lounge.Id).Post(new PostMessage { Actor = ada.Actor, Text = "any body", ClientMessageId = "c-1" });
        Assert.True(repeated is { Repeated: true, Message: { Seq: 1, Deleted: true } });
        Assert.Empty((await chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
    }

    [Fact]
    public async Task Erase_WhoseNameCouldNotBeTakenOut_IsRepeatedUntilItIs()
    {
        var resting = new ChatCluster { Timing = timing => timing.RestAfter = TimeSpan.FromMilliseconds(100) };
        await resting.InitializeAsync();
        try
        {
            var (ada, grace) = (Person.Ada(), Person.Grace());
            var lounge = await resting.Create(ConversationKind.Direct, grace, ada);
            await resting.Post(lounge, ada, Secret);
            await resting.Sleep(lounge);
            Assert.Equal(ada.Name, await NameShown());
            var fault = resting.FaultyStates.Add(WriteFault.FailBefore, write => write.StateName == "conversation");
            var erasing = resting.Grains.GetGrain<IDataJobGrain>(DataJobKeys.Of(DataJobKind.Erase, ada.Id));

            await erasing.Start();

            await Eventually.Is(() => erasing.Status(), job => job is { IsRunning: false }, "the erasure to end");
            Assert.True(fault.Reached.IsCompleted);
            await resting.Sleep(lounge);
            Assert.Null(await NameShown());

            async Task<string?> NameShown() =>
                (await resting.Conversation(lounge.Id).View(grace.Id)).Members.Single(member => member.UserId == ada.Id).Name;
        }
        finally
        {
            await resting.DisposeAsync();
        }
    }

    [Fact]
    public async Task Erase_TakesWhatWasPosted_BeforeEveryWebFrontKnewThatTheTokensHadEnded()
    {
        var patient = new ChatCluster { Timing = timing => timing.ErasureGrace = TimeSpan.FromSeconds(2) };
        await patient.InitializeAsync();
        try
        {
            var (ada, grace) = (Person.Ada(), Person.Grace());
            var lounge = await patient.Create(ConversationKind.Direct, grace, ada);
            await patient.Post(lounge, ada, Secret);
            var erasing = patient.Grains.GetGrain<IDataJobGrain>(DataJobKeys.Of(DataJobKind.Erase, ada.Id));

            await erasing.Start();
            await patient.Post(lounge, ada, Secret);

            await Eventually.Is(() => erasing.Status(), job => job is { IsRunning: false, Messages: 2 }, "the erasure of both");
            var history = (await patient.Conversation(lounge.Id).ReadMessages(new ReadMessages(grace.Id, null, 0, 200))).Messages;
            Assert.All(history, message => Assert.True(message is { Deleted: true, Text: "" }));
        }
        finally
        {
            await patient.DisposeAsync();
        }
    }

    [Fact]
    public async Task Export_HasAllThatTheUserWrote_InOrder()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, grace, ada);
        for (var i = 1; i <= 100; i++)
        {
            await chat.Post(lounge, i % 2 == 0 ? grace : ada, $"message {i}");
        }

        Assert.Equal(50, (await Finished(DataJobKind.Export, ada)).Messages);
        var items = new List<ExportItem>();
        for (long? next = 1; next is { } from;)
        {
            var page = await Job(DataJobKind.Export, ada).Read(from, 20);
            items.AddRange(page.Items);
            next = page.Next;
        }

        Assert.Equal(ada.Id, items[0].User!.Id);
        Assert.Equal(lounge.Id, items[1].Conversation!.Id);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"message {(2 * i) + 1}"), items.Skip(2).Select(item => item.Message!.Text));
    }

    [Fact]
    public async Task AJob_ThatLosesItsGrainsAndItsStorage_GoesOnToItsEnd()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var rooms = new List<ConversationView>();
        for (var i = 0; i < 4; i++)
        {
            rooms.Add(await chat.Create(ConversationKind.Group, grace, ada));
            for (var j = 0; j < 80; j++)
            {
                await chat.Post(rooms[i], ada, $"{Secret} {j}");
            }
        }

        // Each third write of how far it is: what was done and not stored is done again.
        var writes = 0;
        chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == $"job/erase/{ada.Id}" && ++writes % 3 == 0, times: 3);
        await Job(DataJobKind.Erase, ada).Start();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var management = chat.Grains.GetGrain<IManagementGrain>(0);
        DataJob? job;
        do
        {
            Assert.False(patience.IsCancellationRequested, "The erasure was to end.");
            await management.ForceActivationCollection(TimeSpan.Zero);
            await Job(DataJobKind.Erase, ada).Resume();
            job = await Job(DataJobKind.Erase, ada).Status();
        }
        while (job is not { IsRunning: false });

        Assert.InRange(writes, 9, int.MaxValue);
        Assert.Equal(320, job.Messages);
        foreach (var room in rooms)
        {
            Assert.DoesNotContain(Secret, await Stored(new LogOwner($"conversation/{room.Id}")), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(WriteFault.FailBefore)]
    [InlineData(WriteFault.FailAfter)]
    public async Task Jobs_OverAStorageThatFails_GoOnByThemselvesToTheirEnd(WriteFault fault)
    {
        await using var own = new OwnCluster();
        await own.InitializeAsync();
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await own.Chat.Create(ConversationKind.Group, grace, ada);
        for (var i = 1; i <= 400; i++)
        {
            await own.Chat.Post(lounge, ada, $"{Secret} {i}", $"c-{i}");
        }

        var (export, erase) = (own.Job(DataJobKind.Export, ada), own.Job(DataJobKind.Erase, ada));
        // Nobody asks for them once they are started: the list of jobs wakes them.
        var count = 0;
        own.Chat.FaultyLogs.Writes.Add(fault, write => write.Owner.Value.StartsWith("job/", StringComparison.Ordinal) && Interlocked.Increment(ref count) % 3 == 0, times: 3);
        await export.Start();
        await own.Finished("export", ada);
        Assert.InRange(count, 9, int.MaxValue);
        Assert.Equal(400, (await export.Status())!.Messages);
        count = 0;
        own.Chat.FaultyLogs.Writes.Clear();
        own.Chat.FaultyLogs.Writes.Add(fault, write => write.Owner.Value.StartsWith("conversation/", StringComparison.Ordinal) && Interlocked.Increment(ref count) % 4 == 0, times: 3);
        await erase.Start();
        await own.Finished("erase", ada);
        Assert.InRange(count, 5, int.MaxValue);
        own.Chat.FaultyLogs.Writes.Clear();

        var history = (await own.Chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(grace.Id, null, 0, 200))).Messages;
        Assert.All(history, message => Assert.True(message is { Deleted: true, Text: "" }));
        Assert.Equal(400, (await own.Chat.Conversation(lounge.Id).View(grace.Id)).LastSeq);
        await Eventually.Is(async () => await own.Chat.User(grace).Notifications(unreadOnly: true, null, 200), page => page.Unread == 0, "grace's inbox without the erased");
        Assert.Empty((await own.Chat.Grains.GetGrain<IUserInspection>(grace.Id.Value).Audit()).Findings);
    }

    [Fact]
    public async Task Erase_WhileAnExportRuns_LeavesNoTextInIt()
    {
        await using var own = new OwnCluster();
        await own.InitializeAsync();
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await own.Chat.Create(ConversationKind.Group, grace, ada);
        await own.Chat.Post(lounge, ada, Secret);
        var (export, erase) = (own.Job(DataJobKind.Export, ada), own.Job(DataJobKind.Erase, ada));
        // Started, begun, and then what it found: read before the erasure, written after it.
        var count = 0;
        var late = own.Chat.FaultyLogs.Writes.Add(
            WriteFault.StallBefore, write => write.Owner.Value == $"job/export/{ada.Id}" && Interlocked.Increment(ref count) == 3);
        await export.Start();
        await late.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await erase.Start();
        await Eventually.Is(
            () => own.Chat.Grains.GetGrain<IUserInspection>(ada.Id.Value).State(), state => state.First > 1, "ada's feed without its entries");
        late.Release();

        await Eventually.Is(() => erase.Status(), job => job is { IsRunning: false }, "the end of the erasure");
        await Eventually.Is(() => export.Status(), job => job is { IsRunning: false }, "the end of the export that began anew");
        Assert.DoesNotContain(Secret, await Stored(own.Chat, new LogOwner($"job/export/{ada.Id}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erase_TakesTheNameOutOfConversations()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await chat.Create(ConversationKind.Group, grace, ada);
        await chat.Post(lounge, ada, "hello");
        await Eventually.Is(
            () => chat.Conversation(lounge.Id).View(grace.Id), view => view.Members.Any(member => member.UserId == ada.Id && member.Name == "ada"), "ada's name");

        await Finished(DataJobKind.Erase, ada);

        await chat.Conversation(lounge.Id).AddMember(new AddMember(grace.Actor, new NewMember(ada.Id, null, null)));
        Assert.Null((await chat.Conversation(lounge.Id).View(grace.Id)).Members.Single(member => member.UserId == ada.Id).Name);
    }

    private IDataJobGrain Job(DataJobKind kind, Person person) => chat.Grains.GetGrain<IDataJobGrain>(DataJobKeys.Of(kind, person.Id));

    private async Task<DataJob> Finished(DataJobKind kind, Person person)
    {
        await Job(kind, person).Start();
        return (await Eventually.Is(() => Job(kind, person).Status(), job => job is { IsRunning: false }, $"the end of {kind}"))!;
    }

    private Task<string> Stored(LogOwner owner) => Stored(chat, owner);

    private static async Task<string> Stored(ChatCluster chat, LogOwner owner)
    {
        var text = new System.Text.StringBuilder();
        foreach (var track in Enum.GetValues<LogTrack>())
        {
            for (var from = 1L; ;)
            {
                var rows = await chat.Logs.Read(owner, track, from, 1_000);
                foreach (var row in rows.Rows)
                {
                    text.Append(System.Text.Encoding.Latin1.GetString(row.Span));
                }

                if (rows.Rows.IsEmpty)
                {
                    break;
                }

                from = rows.First + rows.Rows.Length;
            }
        }

        await foreach (var (key, value) in chat.Logs.ScanKeys(owner))
        {
            text.Append(key).Append(System.Text.Encoding.Latin1.GetString(value.Span));
        }

        return text.ToString();
    }

    private sealed class OwnCluster : IAsyncDisposable
    {
        public ChatCluster Chat { get; } = new() { Timing = timing => timing.SweepInterval = TimeSpan.FromMilliseconds(300) };

        public Task InitializeAsync() => Chat.InitializeAsync();

        public IDataJobGrain Job(DataJobKind kind, Person person) => Chat.Grains.GetGrain<IDataJobGrain>(DataJobKeys.Of(kind, person.Id));

        /// <summary>Looks at what is stored, so that asking does not wake the job.</summary>
        public async Task Finished(string kind, Person person) => await Eventually.Is(
            async () => await Chat.Logs.ReadKey(new LogOwner("jobs/all"), $"job/{kind}/{person.Id}"), listed => listed is null, $"the {kind} to leave the list of jobs");

        public async ValueTask DisposeAsync() => await Chat.DisposeAsync();
    }
}
