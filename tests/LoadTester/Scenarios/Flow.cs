using System.Diagnostics;
using System.Globalization;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.Users;
using Orleans.Core.Internal;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>One conversation whose members all listen, and messages that go through it one after another.</summary>
internal sealed class Flow : IAsyncDisposable
{
    private const int FilledAtOnce = 2_000;

    private static readonly string Text = new('x', 100);

    private readonly CancellationTokenSource _closing = new();
    private readonly GrainCluster _cluster;
    private readonly UserId[] _people;
    private readonly IConversationGrain _conversation;
    private readonly List<Task> _reading = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _received;

    private Flow(GrainCluster cluster, UserId[] people, IConversationGrain conversation) =>
        (_cluster, _people, _conversation) = (cluster, people, conversation);

    public int Members => _people.Length;

    /// <summary>Members who listen, but for the sender.</summary>
    public int Receivers => _reading.Count - 1;

    public long Posted { get; private set; }

    /// <summary>Messages before the first of those.</summary>
    public long History { get; private init; }

    private UserId Absent => new($"absent.{_people[1].Value}");

    /// <param name="online">How many of the members listen, the sender first; null: all.</param>
    public static async Task<Flow> Open(GrainCluster cluster, int members, int? online = null)
    {
        var run = Guid.NewGuid().ToString("n")[..8];
        var people = Enumerable.Range(0, members).Select(i => new UserId($"u{i}.{run}")).ToArray();
        var flow = new Flow(cluster, people, await Create(cluster, people));
        await flow.Listen(online ?? members);
        return flow;
    }

    /// <summary>A conversation in which somebody who does not listen wrote so many messages, before the two came who do.</summary>
    public static async Task<Flow> OpenAfter(GrainCluster cluster, int history, CancellationToken cancellationToken)
    {
        var run = Guid.NewGuid().ToString("n")[..8];
        UserId[] people = [new($"u0.{run}"), new($"u1.{run}"), new($"writer.{run}")];
        var conversation = await Create(cluster, [people[2]]);
        for (var posted = 0; posted < history; posted += FilledAtOnce)
        {
            await Task.WhenAll(Enumerable.Range(posted, Math.Min(FilledAtOnce, history - posted)).Select(number => conversation.Post(new PostMessage
            {
                Actor = new Actor(people[2], null),
                Text = Text,
                ClientMessageId = number.ToString(CultureInfo.InvariantCulture),
            }))).WaitAsync(cancellationToken);
        }

        foreach (var person in people[..2])
        {
            await conversation.AddMember(new AddMember(new Actor(people[2], null), new NewMember(person, null, null)));
        }

        var flow = new Flow(cluster, people, conversation) { History = history };
        await flow.Listen(2);
        return flow;
    }

    /// <summary>Posts so many, at most a window of them not yet received by all others; completes when all are.</summary>
    public async Task Post(int messages, int window, CancellationToken cancellationToken)
    {
        var goal = Posted + messages;
        for (; Posted < goal; Posted++)
        {
            await Received((Posted - window + 1) * Receivers, cancellationToken);
            _ = _conversation.Post(new PostMessage
            {
                Actor = new Actor(_people[0], null),
                Text = Text,
                ClientMessageId = Posted.ToString(CultureInfo.InvariantCulture),
            });
        }

        await Received(goal * Receivers, cancellationToken);
    }

    /// <summary>Waits until nothing has been stored for longer than a checkpoint takes to come.</summary>
    public async Task Settle(CancellationToken cancellationToken)
    {
        var last = _cluster.Logs.Count;
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(1.5))
        {
            await Task.Delay(50, cancellationToken);
            if (_cluster.Logs.Count is var now && now.Writes != last.Writes)
            {
                (last, since) = (now, Stopwatch.GetTimestamp());
            }
        }
    }

    public async Task AddConversationOfReader(int number)
    {
        var other = new UserId($"o{number}.{_people[1].Value}");
        await Create(_cluster, [other, _people[1], Absent]);
    }

    /// <summary>Milliseconds from a cold conversation to its newest page.</summary>
    public async Task<double> ActivateConversation()
    {
        await Deactivate(_conversation);
        return await Timed(() => _conversation.ReadMessages(new ReadMessages(_people[0], null, null, 50)));
    }

    /// <summary>Milliseconds from a cold user to what is in their list.</summary>
    public async Task<double> ActivateReader()
    {
        // Whoever listens keeps the grain, so it is somebody who is in the same conversations and does not.
        var user = _cluster.Grains.GetGrain<IUserGrain>(Absent.Value);
        await Deactivate(user);
        return await Timed(() => user.Conversations(null, 50));
    }

    /// <summary>Milliseconds for the first 200 messages, or the last 200, from a conversation that is active.</summary>
    public async Task<double> ReadPage(bool oldest)
    {
        var after = oldest ? 0 : History + Posted - 200;
        await _conversation.ReadMessages(new ReadMessages(_people[0], null, null, 1));
        return await Timed(async () =>
        {
            var page = await _conversation.ReadMessages(new ReadMessages(_people[0], null, after, 200));
            if (page.Messages.Length != 200)
            {
                throw new InvalidOperationException($"A page after {after} had {page.Messages.Length} messages, not 200.");
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Task.WhenAll(_reading);
        _closing.Dispose();
    }

    private static async Task<IConversationGrain> Create(GrainCluster cluster, UserId[] people)
    {
        var conversation = cluster.Grains.GetGrain<IConversationGrain>(ConversationId.New().Value);
        await conversation.Create(new CreateConversation
        {
            Actor = new Actor(people[0], null),
            Kind = ConversationKind.Group,
            Title = "lounge",
            Members = [.. people[1..].Select(person => new NewMember(person, null, null))],
        });
        return conversation;
    }

    /// <summary>Completes when the grain is gone: its next call finds another activation.</summary>
    private static async Task Deactivate(IAddressable grain)
    {
        var management = grain.AsReference<IGrainManagementExtension>();
        await management.DeactivateOnIdle();
        await Task.Delay(300);
    }

    private static async Task<double> Timed(Func<Task> call)
    {
        var start = Stopwatch.GetTimestamp();
        await call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private async Task Received(long goal, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _received) < goal)
        {
            var news = Volatile.Read(ref _news);
            if (Volatile.Read(ref _received) < goal)
            {
                await news.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
            }
        }
    }

    private async Task Listen(int online)
    {
        foreach (var some in _people.Take(online).Chunk(64))
        {
            var opened = some.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
            _reading.AddRange(some.Select((person, i) => Listen(person, opened[i])));
            await Task.WhenAll(opened.Select(one => one.Task)).WaitAsync(TimeSpan.FromSeconds(120));
        }
    }

    private async Task Listen(UserId person, TaskCompletionSource opened)
    {
        await Task.Yield();
        FeedPosition? position = null;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var request = new FeedRequest { DeviceId = $"{person}/{Guid.NewGuid():n}", After = position };
                await foreach (var batch in _cluster.Feeds.Read(_cluster.Grains.GetGrain<IUserGrain>(person.Value), request, _closing.Token))
                {
                    position = batch.Opening?.Position ?? position;
                    opened.TrySetResult();
                    var messages = 0;
                    foreach (var one in batch.Events)
                    {
                        position = position!.Value with { Cursor = one.Entry.Cursor };
                        messages += one.Entry.Kind == FeedEntryKind.NewMessage && one.Entry.SenderId != person ? 1 : 0;
                    }

                    Count(messages);
                }
            }
            catch (Exception)
            {
                // It is closed, or the grain rested: it is asked again from the last position.
            }
        }
    }

    private void Count(int messages)
    {
        if (messages > 0 && Interlocked.Add(ref _received, messages) is var now && now % Math.Max(1, Receivers) < messages)
        {
            Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }
}
