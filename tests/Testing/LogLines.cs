using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.Testing;

/// <summary>Every log line of a server, for tests that ask what was, or was not, written.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Category, string Text)> _lines = new();

    public IReadOnlyCollection<(LogLevel Level, string Category, string Text)> All => _lines;

    public IEnumerable<string> Warnings => _lines.Where(line => line.Level >= LogLevel.Warning).Select(line => $"{line.Level} {line.Category}: {line.Text}");

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines._lines.Enqueue((logLevel, category, $"{formatter(state, exception)} {exception}"));
    }
}
