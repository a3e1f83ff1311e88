using ChatOrleans.Ids;
using ChatOrleans.Users;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.Grains.Users;

public sealed partial class UserGrain
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The storage failed {User}; the grain deactivates and reads again. {Reason}")]
    private partial void LogStorageFailed(Exception? unforeseen, UserId user, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last checkpoint of {User} was not written; conversations will deliver again.")]
    private partial void LogLastCheckpointFailed(Exception exception, UserId user);

    [LoggerMessage(Level = LogLevel.Information, Message = "{User} could not fetch what {Conversation} has; its outbox will deliver.")]
    private partial void LogFetchFailed(Exception exception, UserId user, ConversationId conversation);

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit of {User} found {Findings} differences from the logs; the first is {Kind}.")]
    private partial void LogDrift(UserId user, int findings, AuditKind kind);
}
