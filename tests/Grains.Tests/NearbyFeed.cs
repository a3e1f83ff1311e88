using ChatOrleans.Grains.Nearby;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.Grains.Tests;

/// <summary>A user's feed as a session reads it that lives in one of the cluster's silos.</summary>
public sealed class NearbyFeed(ChatCluster chat, Person person, int silo, FeedPosition? after) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<FeedBatch> _batches = Open(chat.Silos.Silos[silo].ServiceProvider, person, after);

    public async Task<FeedBatch> Next()
    {
        Assert.True(await _batches.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)), "The feed ended.");
        return _batches.Current;
    }

    /// <summary>The next batch that goes on in the feed: hints, such as the sender's own read mark, may come before a message and alone.</summary>
    public async Task<FeedBatch> NextEvents()
    {
        FeedBatch batch;
        do
        {
            batch = await Next();
        }
        while (EndOf(batch) is null);
        return batch;
    }

    /// <summary>The cursor up to which a batch goes; null where it holds hints only.</summary>
    public static long? EndOf(FeedBatch batch) =>
        batch.Events.IsEmpty ? batch.Behind?.ToCursor : batch.Events[^1].Entry.Cursor;

    public async Task<FeedOpening> Opened() => (await Next()).Opening!;

    /// <summary>Reads until this much is there: the numbers of the messages, in the order in which they came.</summary>
    public async Task<List<long>> NextMessages(int count)
    {
        List<long> seqs = [];
        while (seqs.Count < count)
        {
            seqs.AddRange((await Next()).Events.Where(one => one.Entry.Kind == FeedEntryKind.NewMessage).Select(one => one.Entry.Seq));
        }

        return seqs;
    }

    public ValueTask DisposeAsync() => _batches.DisposeAsync();

    private static IAsyncEnumerator<FeedBatch> Open(IServiceProvider services, Person person, FeedPosition? after)
    {
        var user = services.GetRequiredService<IGrainFactory>().GetGrain<IUserGrain>(person.Id.Value);
        var request = new FeedRequest { DeviceId = Guid.NewGuid().ToString("n"), After = after };
        return services.GetRequiredService<NearbyFeeds>().Read(user, request).GetAsyncEnumerator();
    }
}
