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
        var opening = await feed.Opened();
        Assert.True(opening.Resumed);
        Assert.Equal(page.Opening.Position.Epoch, opening.Position.Epoch);
        Assert.True(LivesAt(grace, to));
        Assert.False(LivesAt(grace, from));

        await _chat.Post(lounge, ada, "after");
        Assert.Equal([1, 2], await feed.NextMessages(2));
    }

    [Fact]
    public async Task Read_WhileADeviceReadsElsewhere_LeavesTheGrainThere()
    {
        var grace = Person.Grace();
        await using var first = Read(grace, silo: 0, after: null);
        await first.Next();
        Assert.True(LivesAt(grace, 0));

        await using var second = Read(grace, silo: 1, after: null);
        await second.Next();

        Assert.True(LivesAt(grace, 0));
        Assert.False(LivesAt(grace, 1));
        await _chat.User(grace).Alert(new SystemAlert { AlertId = "a1", Title = "watch out", Content = "now" });
        Assert.Single((await first.Next()).Events);
        Assert.Single((await second.Next()).Events);
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
            var openings = await Task.WhenAll(first.Opened(), second.Opened());
            Assert.All(openings, Assert.NotNull);
        }
    }

    [Fact]
    public async Task Call_WhileTheGrainIsCalledToAndFro_IsAnswered()
    {
        var grace = Person.Grace();
        using var asked = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 8).Select(i => CallUntilAsked(From(i % 2).GetGrain<IUserGrain>(grace.Id.Value))).ToList();
        for (var round = 0; round < 300; round++)
        {
            await From(round % 2).GetGrain<IUserGrain>(grace.Id.Value).ComeNear(Address(round % 2));
        }

        await asked.CancelAsync();
        await Task.WhenAll(calls);

        async Task CallUntilAsked(IUserGrain user)
        {
            do
            {
                Assert.Equal(grace.Id, (await user.Me(grace.Actor)).Id);
            }
            while (!asked.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task Read_WhileManyConversationsDeliver_HoldsUpNone()
    {
        for (var round = 0; round < 4; round++)
        {
            var grace = Person.Grace();
            var lounges = new List<ConversationView>();
            for (var i = 0; i < 8; i++)
            {
                lounges.Add(await _chat.Create(ConversationKind.Direct, Person.Ada(), grace));
            }

            var elsewhere = LivesAt(grace, silo: 0) ? 1 : 0;
            var delivering = lounges.Select(async lounge =>
            {
                for (var i = 0; i < 10; i++)
                {
                    await _chat.User(grace).SetMuted(lounge.Id, muted: i % 2 == 0);
                    await _chat.User(grace).CatchUp(lounge.Id, new Position(0, 1));
                }
            }).ToList();
            await using var feed = Read(grace, elsewhere, after: null);
            Assert.NotNull(await feed.Opened());
            await Task.WhenAll(delivering).WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(LivesAt(grace, elsewhere));
        }
    }

    [Fact]
    public async Task DirectConversation_WhoseUsersAreElsewhere_ComesToOneOfThem_AndGoesOnExactly()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        var to = Posts(0).Reaches(lounge.Id) ? 1 : 0;
        await using var adas = Read(ada, to, after: null);
        await using var graces = Read(grace, to, after: null);
        await adas.Next();
        await graces.Next();

        // Their grains tell where they are with what they acknowledge.
        var seqs = new List<long>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Posts(to).Reaches(lounge.Id))
        {
            Assert.False(limit.IsCancellationRequested, "The conversation was to come.");
            await PostAndHear();
        }

        await PostAndHear();
        Assert.False(Posts(1 - to).Reaches(lounge.Id));
        Assert.Equal(Enumerable.Range(1, seqs.Count).Select(seq => (long)seq), seqs);

        async Task PostAndHear()
        {
            var sent = await _chat.Post(lounge, ada, "hello");
            seqs.AddRange(await graces.NextMessages(1));
            Assert.Equal(sent.Seq, seqs[^1]);
        }
    }

    private IGrainFactory From(int silo) => _chat.Silos.Silos[silo].ServiceProvider.GetRequiredService<IGrainFactory>();

    private SiloAddress Address(int silo) => _chat.Silos.Silos[silo].SiloAddress;

    private NearbyPosts Posts(int silo) => _chat.Silos.Silos[silo].ServiceProvider.GetRequiredService<NearbyPosts>();

    private bool LivesAt(Person person, int silo) =>
        _chat.Silos.Silos[silo].ServiceProvider.GetRequiredService<NearbyStreams>().Has(NearbyStreams.Of(person.Id));

    private NearbyFeed Read(Person person, int silo, FeedPosition? after) => new(_chat, person, silo, after);
}
