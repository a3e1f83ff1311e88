using ChatOrleans.Conversations;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Grains.Users;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>A device whose session lives beside its user's grain gets the same feed, without a call for each batch.</summary>
public sealed class NearbyTests : IAsyncLifetime
{
    private const int Messages = 500;

    private readonly ChatCluster _chat = new() { SiloCount = 1, Timing = timing => timing.MostUnsentEvents = 50 };

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Read_OfManyMessages_HasEachOnceInOrder()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        await using var feed = Read(grace, after: null);
        Assert.NotNull(await feed.Opened());

        var cursor = 1L;
        var posting = Task.WhenAll(Enumerable.Range(1, Messages).Select(i => _chat.Post(lounge, ada, $"message {i}")));
        while (cursor < Messages + 1)
        {
            var batch = await feed.Next();
            if (batch.Behind is { } behind)
            {
                // On a busy machine the reader may fall behind: that too goes on exactly where it says.
                Assert.Equal(cursor, behind.FromCursor);
                cursor = behind.ToCursor;
            }

            Assert.All(batch.Events, one => Assert.Equal(++cursor, one.Entry.Cursor));
        }

        await posting;
    }

    [Fact]
    public async Task Read_GoesOnOutsideTheGrain()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        var services = _chat.Silos.Silos[0].ServiceProvider;
        var user = services.GetRequiredService<IGrainFactory>().GetGrain<IUserGrain>(grace.Id.Value);
        var opened = new TaskCompletionSource();
        // As a session does, which no context brings back to where it was.
        var reading = Task.Run(async () =>
        {
            var messages = 0;
            await foreach (var batch in services.GetRequiredService<NearbyFeeds>().Read(user, new FeedRequest { DeviceId = "phone" }))
            {
                opened.TrySetResult();
                // What it awaits from here on comes back to the pool.
                Assert.Same(TaskScheduler.Default, TaskScheduler.Current);
                if (batch.TellsOfConversations)
                {
                    // What it now asks of grains it does not ask in a grain's name.
                    Assert.DoesNotContain($"{typeof(UserGrain)}.", Environment.StackTrace, StringComparison.Ordinal);
                }

                messages += batch.Events.Count(one => one.Entry.Kind == FeedEntryKind.NewMessage);
                if (messages == 20)
                {
                    return;
                }
            }
        });
        await opened.Task;
        for (var i = 0; i < 20; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
            await _chat.Conversation(lounge.Id).Change(new ChangeConversation { Actor = ada.Actor, Title = $"title {i}" });
        }

        await reading.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Read_WhenTheDeviceIsSlow_HoldsOneBatchAndThenABehind()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        await using var feed = Read(grace, after: null);
        await feed.Next();
        // The device waits now, and is given the first message; it takes no more until all are there.
        var first = feed.NextEvents();
        for (var i = 1; i <= Messages; i++)
        {
            await _chat.Post(lounge, ada, $"message {i}");
        }

        var cursor = NearbyFeed.EndOf(await first)!.Value;
        await using var witness = _chat.Connect(grace);
        await witness.Opened();
        await witness.Until(() => witness.Position.Cursor == Messages + 1, "the last event");

        var batches = new List<FeedBatch>();
        while (cursor < Messages + 1)
        {
            batches.Add(await feed.NextEvents());
            cursor = NearbyFeed.EndOf(batches[^1])!.Value;
        }

        Assert.True(batches.Count <= 3, $"It was handed {batches.Count} batches.");
        Assert.Contains(batches, batch => batch.Behind is not null);
    }

    [Fact]
    public async Task Read_WhenTheGrainGoes_FailsAndIsReadOnElsewhere()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var lounge = await _chat.Create(ConversationKind.Direct, ada, grace);
        await using var feed = Read(grace, after: null);
        var opening = await feed.Opened();
        var checkpoint = _chat.FaultyLogs.Writes.Add(WriteFault.StallAndFail, write => write.Owner.Value == $"user/{grace.Id}");
        await _chat.Post(lounge, ada, "before");
        var cursor = NearbyFeed.EndOf(await feed.NextEvents())!.Value;
        // Its checkpoint fails, so it goes; the cursor it gave out was never stored.
        checkpoint.Release();
        await Assert.ThrowsAnyAsync<Exception>(() => feed.Next());

        await using var again = Read(grace, opening.Position with { Cursor = cursor });
        var reopened = await again.Opened();
        Assert.NotEqual(opening.Position.Epoch, reopened.Position.Epoch);
        await _chat.Post(lounge, ada, "after");
        var seqs = new List<long>();
        while (!seqs.Contains(2))
        {
            seqs.AddRange((await again.Next()).Events.Select(one => one.Entry.Seq));
        }
    }

    [Fact]
    public async Task Read_WhenItIsLeft_EndsTheCall()
    {
        var grace = Person.Grace();
        var feed = Read(grace, after: null);
        await feed.Next();
        Assert.True(await _chat.User(grace).IsOnline());

        await feed.DisposeAsync();

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await _chat.User(grace).IsOnline())
        {
            Assert.False(limit.IsCancellationRequested, "The user was to be offline.");
            await Task.Yield();
        }
    }

    private NearbyFeed Read(Person person, FeedPosition? after) => new(_chat, person, silo: 0, after);
}
