using Microsoft.Extensions.Logging;

namespace ChatOrleans.Grains.Observability;

/// <summary>
/// How many lines this process writes of its grains' faults. An outage of the storage is one fault, which the storage tells; that thousands
/// of grains each tell it with every attempt would bury that, and fill a disk that is full. So within a while the first few are
/// written, and then the number of those left out.
/// </summary>
public sealed partial class FaultLines(TimeProvider time, ILogger<FaultLines> log) : IDisposable
{
    public const int Most = 20;

    public static readonly TimeSpan While = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private ITimer? _end;
    private int _written;
    private long _leftOut;
    private bool _disposed;

    /// <summary>Whether one more line may be written now.</summary>
    internal bool Take()
    {
        lock (_lock)
        {
            if (_end is null && !_disposed)
            {
                _end = time.CreateTimer(static lines => ((FaultLines)lines!).End(), this, While, Timeout.InfiniteTimeSpan);
            }

            if (_written < Most)
            {
                _written++;
                return true;
            }

            _leftOut++;
            return false;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        End();
    }

    private void End()
    {
        long leftOut;
        lock (_lock)
        {
            _end?.Dispose();
            (_end, _written, leftOut, _leftOut) = (null, 0, _leftOut, 0);
        }

        if (leftOut > 0)
        {
            LogLeftOut(leftOut, (int)While.TotalSeconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Left out: {Count} more lines of grains about faults, of {Seconds} s. The first ones, and what the storage says, tell why.")]
    private partial void LogLeftOut(long count, int seconds);
}
