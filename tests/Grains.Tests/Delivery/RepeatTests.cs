using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Testing;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>A command that is repeated while its first is not durable yet: no answer may be ahead of the disk.</summary>
public sealed class RepeatTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new() { SiloCount = 1, Timing = timing => timing.RestAfter = TimeSpan.FromMilliseconds(100) };
    private readonly Person _linus = Person.Linus();

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public Task AddMember_RepeatedBeforeTheFirstIsDurable_IsNotAnsweredEarlier() => AssertWaits((lounge, ada) =>
        _chat.Conversation(lounge.Id).AddMember(new AddMember(ada.Actor, new NewMember(_linus.Id, null, null))));

    [Fact]
    public Task Change_RepeatedBeforeTheFirstIsDurable_IsNotAnsweredEarlier() => AssertWaits((lounge, ada) =>
        _chat.Conversation(lounge.Id).Change(new ChangeConversation { Actor = ada.Actor, Title = "renamed" }));

    [Fact]
    public async Task Post_WhoseConversationCouldNotBeListed_IsAnsweredWhenRepeated()
    {
        var ada = Person.Ada();
        // At rest it leaves the list, once. Every later write of the lists fails.
        var leaving = _chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => IsListing(write) && write.Keys.Any(key => key.Value is null));
        var lounge = await _chat.Create(ConversationKind.Group, ada, Person.Grace());
        await leaving.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, IsListing, int.MaxValue);
        leaving.Release();

        var refused = await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, ada, "hello", "once"));
        _chat.FaultyLogs.Writes.Clear();

        Assert.Equal(Errors.ErrorCode.Unavailable, refused.Code);
        Assert.Equal(1, (await _chat.Post(lounge, ada, "hello", "once")).Seq);

        static bool IsListing(LogWrite write) => write.Owner.Value.StartsWith("recovery/", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_RepeatedWithTheNamesOfItsMetaInAnotherOrder_IsARepeat(bool afterASleep)
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Group, ada, Person.Grace());
        const string Meta = """{"b":[{"y":1,"x":"é"}],"a":{"ö":null,"d":2.50}}""";
        await Post(Meta);
        if (afterASleep)
        {
            await _chat.Sleep(lounge);
        }

        Assert.True(await Post(Meta));
        Assert.True(await Post("""{"a":{"d":2.50,"ö":null},"b":[{"x":"é","y":1}]}"""));
        foreach (var other in new[] { """{"b":[{"y":1,"x":"é"}],"a":{"ö":null,"d":2.5}}""", """{"b":[{"y":1,"x":"é"}]}""" })
        {
            Assert.Equal(Errors.ErrorCode.Conflict, (await Assert.ThrowsAsync<ChatException>(() => Post(other))).Code);
        }

        Assert.Equal(Meta, (await _chat.Conversation(lounge.Id).View(ada.Id)).LastMessage!.Meta);

        async Task<bool> Post(string meta) => (await _chat.Conversation(lounge.Id).Post(new PostMessage
        {
            Actor = ada.Actor,
            Text = "hello",
            Meta = meta,
            ClientMessageId = "once",
        })).Repeated;
    }

    [Fact]
    public async Task Post_ThatAMemberHeldForDeadHasStoredMeanwhile_IsFoundWhenRepeated()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Group, ada, Person.Grace());
        await _chat.Post(lounge, ada, "first");
        var owner = new LogOwner($"conversation/{lounge.Id}");
        var attempt = _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner == owner && !write.Appends.IsEmpty);
        await Assert.ThrowsAsync<ChatException>(() => _chat.Post(lounge, ada, "hello", "once"));
        await _chat.Sleep(lounge);

        // The one before writes when the present one has read, which itself has written nothing.
        await _chat.Conversation(lounge.Id).View(ada.Id);
        var generation = (await _chat.Logs.ReadHead(owner)).Generation;
        await _chat.Logs.Write(await attempt.Reached with { ExpectedGeneration = generation, Generation = generation });

        var repeated = await Eventually.Answers(
            () => _chat.Conversation(lounge.Id).Post(new PostMessage { Actor = ada.Actor, Text = "hello", ClientMessageId = "once" }));
        Assert.True(repeated is { Repeated: true, Message: { Seq: 2, Text: "hello" } });
    }

    private async Task AssertWaits(Func<ConversationView, Person, Task<ConversationView>> command)
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Group, ada, Person.Grace());
        var stalled = _chat.FaultyLogs.Writes.Add(
            WriteFault.StallBefore, write => write.Owner.Value.Contains(lounge.Id.Value, StringComparison.Ordinal), int.MaxValue);
        var first = command(lounge, ada);
        await stalled.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        var repeat = command(lounge, ada);
        // Long enough for the repeat to be answered, if it is not waiting: each of these passes through the same grains.
        for (var i = 0; i < 50; i++)
        {
            await _chat.Conversation(lounge.Id).View(ada.Id);
            await _chat.User(ada).Conversations(null, 10);
        }

        var early = repeat.IsCompleted;
        stalled.Release();
        Assert.False(early, "The repeat was answered before anything was durable.");
        Assert.Equal((await first).Rev, (await repeat).Rev);
    }
}
