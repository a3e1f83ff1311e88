using Microsoft.Extensions.Logging;

namespace ChatOrleans.Grains.Observability;

/// <summary>Writes what grains say of faults for as long as they are few: see <see cref="FaultLines"/>. Errors are always written.</summary>
public sealed class FaultLogger<T>(ILogger<T> log, FaultLines lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error || (log.IsEnabled(logLevel) && lines.Take()))
        {
            log.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
