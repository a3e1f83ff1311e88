using ChatOrleans.Conversations;
using ChatOrleans.Testing;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>How far somebody has read, as the others see it: told to the conversation, and in none of its logs.</summary>
public sealed class ReadMarkTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new() { Timing = timing => timing.RestAfter = TimeSpan.FromMilliseconds(100) };
    private readonly Person _ada = Person.Ada();
    private readonly Person _grace = Person.Grace();
    private ConversationView _lounge = null!;

    public async Task InitializeAsync()
    {
        await _chat.InitializeAsync();
        _lounge = await _chat.Create(ConversationKind.Group, _ada, _grace);
        await _chat.Post(_lounge, _ada, "hello");
        await _chat.Sleep(_lounge);
    }

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task AMark_ThatIsAllThatAnActivationHeard_OutlivesIt()
    {
        await Read();
        await _chat.Sleep(_lounge);

        Assert.Equal(1, await Mark());
    }

    [Fact]
    public async Task AMark_ThatIsAllThatAnActivationHeard_IsStoredWhenItRests()
    {
        var stored = _chat.FaultyStates.Add(WriteFault.StallBefore, write => write.StateName == "conversation");
        await Read();
        await stored.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        stored.Release();
    }

    private async Task Read()
    {
        await _chat.User(_grace).MarkRead(_lounge.Id, 1);
        await Eventually.Is(Mark, mark => mark == 1, "the mark in ada's view");
    }

    private async Task<long> Mark() =>
        (await _chat.Conversation(_lounge.Id).View(_ada.Id)).Members.Single(member => member.UserId == _grace.Id).ReadSeq;
}
