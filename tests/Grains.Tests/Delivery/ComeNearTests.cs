using ChatOrleans.Conversations;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>A user's grain comes to the process in which the user's first device is, and stays while somebody reads there.</summary>
public sealed class ComeNearTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new();

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Read_FromAnotherProcess_BringsTheGrainThere_AndGoesOnExactly()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        var (from, to) = LivesAt(grace, silo: 0) ? (0, 1) : (1, 0);
        Assert.True(LivesAt(grace, from));
        var page = await _chat.User(grace).ReadFeed(grace.Actor, after: null, limit: 10);

        await _chat.Post(lounge, ada, "before");
        await using var feed = Read(grace, to, page.Opening.Position);
        var opening = (await Next(feed)).Opening!;
        Assert.True(opening.Resumed);
        Assert.Equal(page.Opening.Position.Epoch, opening.Position.Epoch);
        Assert.True(LivesAt(grace, to));
        Assert.False(LivesAt(grace, from));

        await _chat.Post(lounge, ada, "after");
        var seqs = new List<long>();
        while (seqs.Count < 2)
        {
            seqs.AddRange((await Next(feed)).Events.Where(one => one.Entry.Kind == FeedEntryKind.NewMessage).Select(one => one.Entry.Seq));
        }

        Assert.Equal([1, 2], seqs);
    }

    [Fact]
    public async Task Read_WhileADeviceReadsElsewhere_LeavesTheGrainThere()
    {
        var grace = Person.Grace();
        await using var first = Read(grace, silo: 0, after: null);
        await Next(first);
        Assert.True(LivesAt(grace, 0));

        await using var second = Read(grace, silo: 1, after: null);
        await Next(second);

        Assert.True(LivesAt(grace, 0));
        Assert.False(LivesAt(grace, 1));
        await _chat.User(grace).Alert(new SystemAlert { AlertId = "a1", Title = "watch out", Content = "now" });
        Assert.Single((await Next(first)).Events);
        Assert.Single((await Next(second)).Events);
    }

    [Fact]
    public async Task Read_FromBothAtOnce_IsServedToBoth()
    {
        for (var round = 0; round < 20; round++)
        {
            var grace = Person.Grace();
            await _chat.User(grace).Me(grace.Actor);
            await using var first = Read(grace, silo: 0, after: null);
            await using var second = Read(grace, silo: 1, after: null);
            var openings = await Task.WhenAll(Opened(first), Opened(second));
            Assert.All(openings, Assert.NotNull);
        }
    }

    private static async Task<FeedOpening> Opened(IAsyncEnumerator<FeedBatch> feed) => (await Next(feed)).Opening!;

    private bool LivesAt(Person person, int silo) =>
        _chat.Silos.Silos[silo].ServiceProvider.GetRequiredService<NearbyStreams>().Has(NearbyStreams.Of(person.Id));

    private IAsyncEnumerator<FeedBatch> Read(Person person, int silo, FeedPosition? after)
    {
        var services = _chat.Silos.Silos[silo].ServiceProvider;
        var user = services.GetRequiredService<IGrainFactory>().GetGrain<IUserGrain>(person.Id.Value);
        var request = new FeedRequest { DeviceId = Guid.NewGuid().ToString("n"), After = after };
        return services.GetRequiredService<NearbyFeeds>().Read(user, request).GetAsyncEnumerator();
    }

    private static async Task<FeedBatch> Next(IAsyncEnumerator<FeedBatch> feed)
    {
        Assert.True(await feed.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)), "The feed ended.");
        return feed.Current;
    }
}
