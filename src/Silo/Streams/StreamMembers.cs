using System.Collections.Concurrent;
using ChatOrleans.Grains.Nearby;
using Orleans.Runtime.Services;

namespace ChatOrleans.Silo.Streams;

/// <summary>
/// The ways from this member to consumers in others: one call at a time to each, with what has come for all of its consumers
/// meanwhile, instead of a queue's three messages for each consumer.
/// </summary>
internal sealed class StreamMembers(IServiceProvider services, FarStreams far, StreamMetrics metrics) : GrainServiceClient<IStreamMember>(services)
{
    private readonly ConcurrentDictionary<SiloAddress, BatchWriter> _writers = new();

    /// <summary>
    /// False where it is not known that the stream's consumer lives in another member. Does not wait for that member: one that hangs
    /// would hold up the others of a conversation. What a member does not take, or does not answer for, goes to <paramref name="otherwise"/>.
    /// </summary>
    public bool TryWrite(StreamBatch batch, int capacity, Func<StreamBatch, Task> otherwise)
    {
        if (far.Find(batch.Stream) is not { } member)
            return false;
        var writer = _writers.GetOrAdd(
            member,
            static (place, way) => new BatchWriter(batches => way.Members.Send(place, batches, way.Otherwise), way.Capacity, way.Members.Metrics),
            (Members: this, Capacity: capacity, Otherwise: otherwise));
        _ = writer.Write(batch);
        return true;
    }

    private StreamMetrics Metrics => metrics;

    private async Task Send(SiloAddress member, StreamBatch[] batches, Func<StreamBatch, Task> otherwise)
    {
        int[] left;
        try
        {
            left = await GetGrainService(member).Tell(Share(batches));
        }
        catch (Exception)
        {
            // Gone, most likely. It may have them: what comes twice changes nothing.
            _writers.TryRemove(member, out _);
            left = [.. Enumerable.Range(0, batches.Length)];
        }
        metrics.Published(batches.Length - left.Length);
        foreach (var i in left)
        {
            far.Forget(batches[i].Stream, member);
            _ = otherwise(batches[i]);
        }
    }

    /// <summary>The same event for one stream after another, as a conversation publishes it to its members, becomes one.</summary>
    private static SharedEvents[] Share(StreamBatch[] batches)
    {
        var all = new List<SharedEvents>();
        for (int start = 0, end; start < batches.Length; start = end)
        {
            var events = batches[start].Events;
            for (end = start + 1; end < batches.Length && AreSame(events, batches[end].Events); end++)
            {
            }
            all.Add(new SharedEvents(Array.ConvertAll(batches[start..end], static batch => batch.Stream), events));
        }
        return [.. all];
    }

    private static bool AreSame(object[] some, object[] others) => some.Length == 1 && others.Length == 1 && ReferenceEquals(some[0], others[0]);
}
