using Orleans.Streams;

namespace ChatOrleans.Silo.Streams;

internal sealed partial class QueueReader
{
    [LoggerMessage(LogLevel.Information, "Stream queue {Queue} could not be read ({Failures} in a row); trying again.")]
    private partial void ReadFailed(QueueId queue, int failures, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Stream queue {Queue} stays unread after {Failures} tries; its events reach users late until it is read.")]
    private partial void QueueStaysUnread(QueueId queue, int failures, Exception exception);
}
