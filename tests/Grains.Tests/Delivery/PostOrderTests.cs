using ChatOrleans.Conversations;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>Posts of one sender that are begun without waiting for each other, where the conversation moves between two processes meanwhile.</summary>
public sealed class PostOrderTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new();

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Post_WhoseConversationHasCome_WaitsForTheOneInLine_AndTheNextGoBehindIt()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Direct, ada, Person.Grace());
        var here = Services(0).GetRequiredService<NearbyPosts>().Reaches(lounge.Id) ? 0 : 1;
        var answer = new TaskCompletionSource();
        var inLine = new PostPlace { Done = answer.Task };
        inLine.EnterLine(lounge.Id);

        var sender = new Sender(Services(here), lounge.Id, ada, inLine);
        for (var i = 0; i < 4; i++)
        {
            sender.Begin();
        }

        Assert.All(sender.Begun, sent => Assert.False(sent.Place.IsNear));
        Assert.All(sender.Begun, sent => Assert.False(sent.Answer.IsCompleted));

        answer.SetException(new TimeoutException("The one before it was not answered."));
        Assert.Equal([1, 2, 3, 4], await sender.Answers());
        Assert.All(sender.Begun, sent => Assert.True(sent.Place.IsNear));
    }

    [Fact]
    public async Task Posts_OfABusySender_GoNearOnceTheConversationHasCome_InOrder()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        var to = Services(0).GetRequiredService<NearbyPosts>().Reaches(lounge.Id) ? 1 : 0;
        await using var adas = new NearbyFeed(_chat, ada, to, after: null);
        await using var graces = new NearbyFeed(_chat, grace, to, after: null);
        await adas.Next();
        await graces.Next();

        // She is never done: when the oldest is answered, the newest is still to be.
        var sender = new Sender(Services(to), lounge.Id, ada, before: null);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var oldest = 0;
        do
        {
            Assert.False(limit.IsCancellationRequested, "The conversation was to come, and its posts to go the short way.");
            sender.Begin();
            if (sender.Begun.Count - oldest == 8)
            {
                await sender.Begun[oldest++].Answer.WaitAsync(limit.Token);
            }
        }
        while (!sender.Begun[^1].Place.IsNear);

        for (var i = 0; i < 8; i++)
        {
            sender.Begin();
        }

        Assert.Equal(Enumerable.Range(1, sender.Begun.Count).Select(seq => (long)seq), await sender.Answers());
        Assert.True(sender.Begun[^1].Place.IsNear);
    }

    [Fact]
    public async Task Post_BehindOneThatFailedBeforeItWasTaken_IsNotHeldUp()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Direct, ada, Person.Grace());
        var failing = new TaskCompletionSource();
        var sender = new Sender(Services(0), lounge.Id, ada, new PostPlace { Done = failing.Task });
        sender.Begin();
        Assert.False(sender.Begun[0].Answer.IsCompleted);

        failing.SetException(new InvalidOperationException("It went nowhere."));

        Assert.Equal([1], await sender.Answers());
    }

    private IServiceProvider Services(int silo) => _chat.Silos.Silos[silo].ServiceProvider;

    /// <summary>Begins posts one after another, as a connection does.</summary>
    private sealed class Sender(IServiceProvider services, Ids.ConversationId conversation, Person person, PostPlace? before)
    {
        private readonly Posts _posts = services.GetRequiredService<Posts>();
        private PostPlace? _last = before;

        public List<(PostPlace Place, Task<PostOutcome> Answer)> Begun { get; } = [];

        public void Begin()
        {
            var place = new PostPlace();
            var answer = _posts.Post(conversation, new PostMessage { Actor = person.Actor, Text = "hello" }, place, _last);
            place.Done = answer;
            _last = place;
            Begun.Add((place, answer));
        }

        /// <summary>The messages' numbers, in the order in which they were begun.</summary>
        public async Task<IEnumerable<long>> Answers() =>
            (await Task.WhenAll(Begun.Select(sent => sent.Answer)).WaitAsync(TimeSpan.FromSeconds(30))).Select(outcome => outcome.Message.Seq);
    }
}
