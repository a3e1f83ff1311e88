using ChatOrleans.Grains.Nearby;
using Orleans.Concurrency;

namespace ChatOrleans.Silo.Streams;

[Reentrant]
internal sealed class StreamMember(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory logs, NearbyStreams nearby)
    : GrainService(id, silo, logs), IStreamMember
{
    public Task<int[]> Tell(SharedEvents[] all)
    {
        List<int>? left = null;
        var place = 0;
        foreach (var shared in all)
        {
            foreach (var stream in shared.Streams)
            {
                // What is taken in part is left as a whole: what comes twice changes nothing.
                if (!Array.TrueForAll(shared.Events, item => nearby.TryTell(stream, item)))
                    (left ??= []).Add(place);
                place++;
            }
        }
        return Task.FromResult<int[]>(left is null ? [] : [.. left]);
    }
}
