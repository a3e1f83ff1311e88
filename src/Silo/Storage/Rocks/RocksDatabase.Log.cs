using Microsoft.Extensions.Logging;

namespace ChatOrleans.Silo.Storage.Rocks;

public sealed partial class RocksDatabase
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Storing in {Directory}.")]
    private partial void Opened(string directory);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store in {Directory} was reopened after a fault and takes writes again.")]
    private partial void Reopened(string directory);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A read has kept the store in {Directory} open for 10 s; leaving it to the end of the process.")]
    private partial void StillRead(string directory);
}
