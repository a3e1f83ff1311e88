using System.Diagnostics;
using System.Reflection;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>Posts to a conversation of another process: begun without waiting for each other, in order, each with an answer of its own.</summary>
public sealed class FarPostsTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly ChatCluster _chat = new();

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Post_OfManyAtOnce_KeepsTheirOrder_AndAnswersEach()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        var far = Far(lounge);
        var writes = 0;
        _chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => write.Owner.Value == $"conversation/{lounge.Id}" && ++writes < 0);

        // As every connection of a web server has one that nobody records.
        using var connection = new Activity("connection").Start();
        var posts = Enumerable.Range(1, 300).Select(i => far.Post(lounge.Id, Message(ada, $"message {i}", $"c-{i}"))).ToList();
        var outcomes = await Task.WhenAll(posts);

        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), outcomes.Select(outcome => outcome.Message.Seq));
        Assert.Equal(Enumerable.Range(1, 300).Select(i => $"message {i}"), outcomes.Select(outcome => outcome.Message.Text));
        Assert.True(writes <= 150, $"300 messages took {writes} writes.");
    }

    [Fact]
    public async Task Post_ThatIsRefused_RefusesNoOther()
    {
        var (ada, grace, linus) = (Person.Ada(), Person.Grace(), Person.Linus());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        var far = Far(lounge);

        var before = far.Post(lounge.Id, Message(ada, "one", "c-1"));
        var stranger = far.Post(lounge.Id, Message(linus, "let me in", "c-2"));
        var repeated = far.Post(lounge.Id, Message(ada, "one", "c-1"));
        var after = far.Post(lounge.Id, Message(ada, "two", "c-3"));

        Assert.Equal(1, (await before).Message.Seq);
        Assert.Equal(Errors.ErrorCode.NotAMember, (await Assert.ThrowsAsync<ChatException>(() => stranger)).Code);
        Assert.True(await repeated is { Repeated: true, Message.Seq: 1 });
        Assert.Equal(2, (await after).Message.Seq);
    }

    [Fact]
    public async Task Post_WhileNobodyHostsConversations_IsUnavailable_AndTheNextOneIsSent()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Group, ada, grace);
        var grains = DispatchProxy.Create<IGrainFactory, UnsureFactory>();
        ((UnsureFactory)grains).Inner = _chat.Grains;
        var far = new FarPosts(grains);

        var refused = await Assert.ThrowsAsync<ChatException>(() => far.Post(lounge.Id, Message(ada, "one", "c-1")).WaitAsync(s_patience));
        Assert.Equal(Errors.ErrorCode.Unavailable, refused.Code);
        Assert.Equal(1, (await far.Post(lounge.Id, Message(ada, "one", "c-1")).WaitAsync(s_patience)).Message.Seq);
    }

    private static PostMessage Message(Person sender, string text, string clientMessageId) =>
        new() { Actor = sender.Actor, Text = text, ClientMessageId = clientMessageId };

    /// <summary>Those of the process in which the conversation is not.</summary>
    private FarPosts Far(ConversationView conversation) => _chat.Silos.Silos
        .First(silo => !silo.ServiceProvider.GetRequiredService<NearbyPosts>().Reaches(conversation.Id))
        .ServiceProvider.GetRequiredService<FarPosts>();

    /// <summary>Knows at first of no member that hosts anything, and then of all.</summary>
    public class UnsureFactory : DispatchProxy
    {
        private bool _asked;

        public IGrainFactory Inner { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (!_asked)
            {
                _asked = true;
                throw new ArgumentException("Could not find an implementation.");
            }

            return targetMethod!.Invoke(Inner, args);
        }
    }
}
