using ChatOrleans.Conversations;
using ChatOrleans.Jobs;
using ChatOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatOrleans.Grains.Tests.Jobs;

/// <summary>A limit is for what comes in. What was taken under a larger one goes when its time has come, as everything.</summary>
public sealed class LoweredLimitTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new();

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task ErasureAndRetention_OfIdsThatWouldBeTooLongNow_GoOn()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        foreach (var i in Enumerable.Range(0, 4))
        {
            await _chat.Post(lounge, i % 2 == 0 ? ada : grace, $"{i}", $"{new string('c', 100)}-{i}");
        }

        foreach (var silo in _chat.Silos.Silos)
        {
            silo.ServiceProvider.GetRequiredService<IOptions<ChatLimits>>().Value.ClientIdLength = 36;
        }

        var erasure = _chat.Grains.GetGrain<IDataJobGrain>(DataJobKeys.Of(DataJobKind.Erase, ada.Id));
        await erasure.Start();
        var job = await Eventually.Is(erasure.Status, one => one is { IsRunning: false }, "the end of the erasure");
        Assert.Equal((2, 0), (job!.Messages, job.Failures));
        await _chat.Grains.GetGrain<IConversationKeeping>(lounge.Id.Value).SetRetention(new Retention(null, 1));

        var left = (await _chat.Conversation(lounge.Id).ReadMessages(new ReadMessages(grace.Id, null, 0, 200))).Messages;
        Assert.Equal("3", Assert.Single(left).Text);
    }
}
