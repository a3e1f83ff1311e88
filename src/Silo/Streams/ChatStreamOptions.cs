using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ChatOrleans.Silo.Streams;

/// <summary>How the queues behind the stream provider "chat" behave.</summary>
public sealed record ChatStreamOptions
{
    public const string Section = "Streams";

    /// <summary>
    /// Number of queues that all streams share. Default 32. While a stream that its queue has not seen lately is being
    /// registered, that whole queue pauses: more queues, shorter pauses. Must be the same on every member of the cluster.
    /// </summary>
    [Range(1, 1024)]
    public int QueueCount { get; set; } = 32;

    /// <summary>
    /// Most batches that one queue, or one member's backlog towards it, holds. Default 10,000 batches. When full, the oldest
    /// are dropped and counted: what is on a stream is only a hint, so memory is worth more.
    /// </summary>
    [Range(16, 1_000_000)]
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>
    /// Most batches that one read takes from a queue. Default 256 batches: large enough that a read costs nothing, small
    /// enough that the reader's cache (4,096) is never full at once.
    /// </summary>
    [Range(1, 409)]
    public int ReadLimit { get; set; } = 256;

    /// <summary>Most batches of one stream that reach its consumer in one call. Default 64 batches.</summary>
    [Range(1, 1024)]
    public int DeliveryLimit { get; set; } = 64;

    /// <summary>
    /// Longest time that a read of an empty queue waits. Default 4 s, below the 5 s after which Orleans reports a running
    /// request, with all of its state, to its caller, again and again.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:20")]
    public TimeSpan PollTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How soon a reader that left its loop (a poll ended, a stream is being registered) looks again. Default 5 ms. It
    /// does not tick while a read waits, so it costs nothing at rest.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:00.1")]
    public TimeSpan PullPeriod { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// How long delivery to one failing consumer is repeated before its batch is given up. Default 8 s: meanwhile the
    /// queue's cache fills, and then its other streams wait too.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan DeliveryTime { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Pause before a failed delivery or a failed read is tried again; doubles for a delivery, up to eightfold. Default 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:10")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(250);
}

[OptionsValidator]
internal sealed partial class ChatStreamOptionsValidator : IValidateOptions<ChatStreamOptions>;
