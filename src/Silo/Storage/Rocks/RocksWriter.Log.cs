using Microsoft.Extensions.Logging;

namespace ChatOrleans.Silo.Storage.Rocks;

public sealed partial class RocksWriter
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Writing to {Directory} failed; senders are told that the service is unavailable.")]
    private partial void WriteFailed(string directory, Exception fault);
}
