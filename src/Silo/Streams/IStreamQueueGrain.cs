namespace ChatOrleans.Silo.Streams;

/// <summary>One queue of stream events, in memory only. The key is the queue's id, "chat-0" and up.</summary>
[Alias("chat.stream-queue")]
internal interface IStreamQueueGrain : IGrainWithStringKey
{
    /// <summary>Appends batches in their order. Never waits and never refuses: when full, the oldest are dropped and counted.</summary>
    [Alias("enqueue")]
    Task Enqueue(StreamBatch[] batches);

    /// <summary>
    /// Takes the oldest batches, at most <paramref name="limit"/>. If there is none and <paramref name="wait"/> is set, waits
    /// for one, and answers an empty page only after the whole poll time. A page stays with the queue until the next call names it in
    /// <paramref name="confirmed"/>, else it is given out again. The latest caller is the reader; one that still waits is
    /// displaced.
    /// </summary>
    [Alias("dequeue")]
    Task<StreamPage> Dequeue(long confirmed, int limit, bool wait, CancellationToken cancellationToken);
}
