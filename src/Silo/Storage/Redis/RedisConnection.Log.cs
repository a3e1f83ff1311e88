using Microsoft.Extensions.Logging;

namespace ChatOrleans.Silo.Storage.Redis;

public sealed partial class RedisConnection
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Storing in Redis at {Endpoints}.")]
    private partial void Connected(string endpoints);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {Endpoints} may lose messages that it acknowledged, which was accepted: {Found}.")]
    private partial void Weak(string endpoints, string found);
}
