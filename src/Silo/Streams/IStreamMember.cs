using Orleans.Services;

namespace ChatOrleans.Silo.Streams;

/// <summary>One member of the cluster, as the others reach the consumers of streams that live in it.</summary>
[Alias("chat.stream-member")]
internal interface IStreamMember : IGrainService
{
    /// <summary>
    /// Hands events to their consumers, in their order. Answers the places, counting all streams of all events from 0, of those whose
    /// consumer does not live here (any more) or takes no more: they are to go through their queue.
    /// </summary>
    [Alias("tell")]
    Task<int[]> Tell(SharedEvents[] all);
}

/// <summary>What goes to each of some streams: a message to a room of many travels once.</summary>
[GenerateSerializer, Immutable, Alias("chat.shared-events")]
internal sealed record SharedEvents([property: Id(0)] StreamId[] Streams, [property: Id(1)] object[] Events);
