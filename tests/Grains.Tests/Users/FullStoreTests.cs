using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>Where nothing can be stored, what is there can still be read.</summary>
public sealed class FullStoreTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new() { SiloCount = 1 };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync()
    {
        _chat.FaultyLogs.Writes.Clear();
        return _chat.DisposeAsync();
    }

    [Fact]
    public async Task AUser_WhoseGrainEndedWithoutAWord_IsRead()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, grace, ada);
        await using (var device = _chat.Connect(ada))
        {
            await device.Opened();
            await _chat.Post(lounge, grace, "hello");
            await device.HearsMessages(1);
        }

        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, _ => true, int.MaxValue);
        await Assert.ThrowsAsync<ChatException>(() => _chat.User(ada).MarkRead(lounge.Id, 1));

        Assert.Null(await Eventually.Answers(_chat.User(ada).TokensRevokedAt));
        Assert.Single((await Eventually.Answers(() => _chat.User(ada).Conversations(null, 10))).Marks);
        Assert.NotEmpty((await Eventually.Answers(() => _chat.User(ada).Notifications(unreadOnly: false, null, 10))).Notifications);

        // What has to be stored is refused, and done when there is space.
        await Assert.ThrowsAsync<ChatException>(() => _chat.User(ada).Me(ada.Actor));
        _chat.FaultyLogs.Writes.Clear();
        Assert.Equal(0, (await Eventually.Answers(() => _chat.User(ada).MarkRead(lounge.Id, 1))).Unread);
    }
}
