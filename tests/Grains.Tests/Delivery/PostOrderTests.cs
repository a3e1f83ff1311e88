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
        var lounge = await _chat.Create(ConversationKind.Group, ada, Person.Grace());
        var sender = new Sender(ServicesOf(lounge), ada);
        var answer = sender.BeginInLine(lounge);
        for (var i = 0; i < 4; i++)
        {
            sender.Begin(lounge);
        }

        Assert.All(sender.Begun, sent => Assert.Null(sent.Place.Near));
        Assert.All(sender.Begun, sent => Assert.False(sent.Answer.IsCompleted));

        answer.SetException(new TimeoutException("The one before it was not answered."));
        Assert.Equal([1, 2, 3, 4], await sender.Answers());
        Assert.All(sender.Begun, sent => Assert.NotNull(sent.Place.Near));
    }

    [Fact]
    public async Task Post_ToAnotherConversation_IsNotHeldUp_AndHidesNothingThatIsUnderWay()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Group, ada, Person.Grace());
        var other = await _chat.Create(ConversationKind.Direct, ada, Person.Linus());
        var sender = new Sender(ServicesOf(lounge), ada);
        var answer = sender.BeginInLine(lounge);

        sender.Begin(other);
        Assert.Equal([1], await sender.Answers());
        sender.Begin(lounge);
        Assert.Null(sender.Begun[1].Place.Near);
        Assert.False(sender.Begun[1].Answer.IsCompleted);

        answer.SetException(new TimeoutException("The one before it was not answered."));
        Assert.Equal([1, 1], await sender.Answers());
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
        var sender = new Sender(Services(to), ada);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var oldest = 0;
        do
        {
            Assert.False(limit.IsCancellationRequested, "The conversation was to come, and its posts to go the short way.");
            sender.Begin(lounge);
            if (sender.Begun.Count - oldest == 8)
            {
                await sender.Begun[oldest++].Answer.WaitAsync(limit.Token);
            }
        }
        while (sender.Begun[^1].Place.Near is null);

        for (var i = 0; i < 8; i++)
        {
            sender.Begin(lounge);
        }

        Assert.Equal(Enumerable.Range(1, sender.Begun.Count).Select(seq => (long)seq), await sender.Answers());
        Assert.NotNull(sender.Begun[^1].Place.Near);
    }

    [Fact]
    public async Task Post_BehindOneThatFailedBeforeItWasTaken_IsNotHeldUp()
    {
        var ada = Person.Ada();
        var lounge = await _chat.Create(ConversationKind.Direct, ada, Person.Grace());
        var sender = new Sender(Services(0), ada);
        var failing = sender.BeginNowhere(lounge);
        sender.Begin(lounge);
        Assert.False(sender.Begun[0].Answer.IsCompleted);

        failing.SetException(new InvalidOperationException("It went nowhere."));

        Assert.Equal([1], await sender.Answers());
    }

    private IServiceProvider Services(int silo) => _chat.Silos.Silos[silo].ServiceProvider;

    /// <summary>Of the silo in which it lives. A group stays there; a direct one moves to where its users are.</summary>
    private IServiceProvider ServicesOf(ConversationView conversation) =>
        Services(Services(0).GetRequiredService<NearbyPosts>().Reaches(conversation.Id) ? 0 : 1);

    /// <summary>Begins posts one after another, as a connection does.</summary>
    private sealed class Sender(IServiceProvider services, Person person)
    {
        private readonly Posts _posts = services.GetRequiredService<Posts>();
        private readonly PostOrder _order = new();

        public List<(PostPlace Place, Task<PostOutcome> Answer)> Begun { get; } = [];

        public void Begin(ConversationView conversation)
        {
            var answer = _posts.Post(conversation.Id, new PostMessage { Actor = person.Actor, Text = "hello" }, _order);
            Begun.Add((_order.Last(conversation.Id)!, answer));
        }

        /// <summary>One that has no place until the test lets it fail.</summary>
        public TaskCompletionSource<PostOutcome> BeginNowhere(ConversationView conversation)
        {
            var answer = new TaskCompletionSource<PostOutcome>();
            var place = new PostPlace();
            _order.Enter(conversation.Id, place);
            place.Begin(answer.Task);
            return answer;
        }

        /// <summary>One that is on its way by call until the test lets it fail.</summary>
        public TaskCompletionSource<PostOutcome> BeginInLine(ConversationView conversation)
        {
            var answer = BeginNowhere(conversation);
            _order.Last(conversation.Id)!.EnterLine();
            return answer;
        }

        /// <summary>The messages' numbers, in the order in which they were begun.</summary>
        public async Task<IEnumerable<long>> Answers() =>
            (await Task.WhenAll(Begun.Select(sent => sent.Answer)).WaitAsync(TimeSpan.FromSeconds(30))).Select(outcome => outcome.Message.Seq);
    }
}
