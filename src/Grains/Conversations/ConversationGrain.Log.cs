using ChatOrleans.Ids;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.Grains.Conversations;

public sealed partial class ConversationGrain
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A write of {Conversation} failed; the grain deactivates and reads again. {Reason}")]
    private partial void LogWriteFailed(Exception? unforeseen, ConversationId conversation, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The head of {Conversation} was not written; its next activation reads the logs instead.")]
    private partial void LogHeadNotWritten(Exception exception, ConversationId conversation);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Conversation} could not leave the recovery list; it costs one activation at the next start.")]
    private partial void LogNotUnlisted(Exception exception, ConversationId conversation);

    [LoggerMessage(Level = LogLevel.Information, Message = "Publishing of {Conversation} was interrupted; the outbox delivers.")]
    private partial void LogDrainFailed(Exception exception, ConversationId conversation);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Conversation} could not be delivered to {User}; it will be tried again.")]
    private partial void LogDeliveryFailed(Exception exception, ConversationId conversation, UserId user);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removing old messages of {Conversation} was interrupted; the next sweep goes on.")]
    private partial void LogSweepFailed(Exception exception, ConversationId conversation);

    /// <summary>Silent where it is this activation that goes: the next one delivers, and every stop would tell of it.</summary>
    private void DeliveryFailed(Exception exception, UserId user)
    {
        if (exception is not OperationCanceledException || !Leaving.IsCancellationRequested)
        {
            LogDeliveryFailed(exception, _id, user);
        }
    }
}
