using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Observability;

/// <summary>How long the log store takes and how often it fails, whichever store it is. A lost race (conflict) is no failure.</summary>
internal sealed partial class MeteredLogStore : ILogStore
{
    private static readonly KeyValuePair<string, object?> s_head = new("operation", "head");
    private static readonly KeyValuePair<string, object?> s_read = new("operation", "read");
    private static readonly KeyValuePair<string, object?> s_key = new("operation", "key");
    private static readonly KeyValuePair<string, object?> s_write = new("operation", "write");

    private readonly ILogStore _store;
    private readonly Histogram<double> _latency;
    private readonly Counter<long> _errors;
    private readonly ILogger _log;
    private long _toldAt;

    public MeteredLogStore(ILogStore store, IMeterFactory meters, ILogger<MeteredLogStore> log)
    {
        (_store, _log) = (store, log);
        var meter = meters.Create(ChatObservability.MeterName);
        _latency = meter.CreateHistogram("chat.storage.latency", "s", "How long the log store took, by operation.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] });
        _errors = meter.CreateCounter<long>("chat.storage.errors", "{error}", "Operations of the log store that failed, by operation.");
        Array.ForEach([s_head, s_read, s_key, s_write], operation => _errors.Add(0, operation));
    }

    public ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default)
    {
        // Taken before the call: an embedded store answers, or fails, inside it.
        var began = Stopwatch.GetTimestamp();
        try
        {
            return Measured(_store.ReadHead(owner, cancellationToken), began, s_head);
        }
        catch (Exception failure) when (Counts(failure, s_head))
        {
            throw;
        }
    }

    public ValueTask<LogRows> Read(
        LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes = int.MaxValue, CancellationToken cancellationToken = default)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return Measured(_store.Read(owner, track, from, maxRows, maxBytes, cancellationToken), began, s_read);
        }
        catch (Exception failure) when (Counts(failure, s_read))
        {
            throw;
        }
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadKey(LogOwner owner, string key, CancellationToken cancellationToken = default)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return Measured(_store.ReadKey(owner, key, cancellationToken), began, s_key);
        }
        catch (Exception failure) when (Counts(failure, s_key))
        {
            throw;
        }
    }

    public IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ScanKeys(
        LogOwner owner, string prefix = "", CancellationToken cancellationToken = default) => _store.ScanKeys(owner, prefix, cancellationToken);

    public async Task Write(LogWrite write)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await _store.Write(write);
            _latency.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, s_write);
        }
        catch (Exception failure) when (Counts(failure, s_write))
        {
            throw;
        }
    }

    /// <summary>What is there already is handed on as it is, without a state machine.</summary>
    private ValueTask<T> Measured<T>(ValueTask<T> reading, long began, KeyValuePair<string, object?> operation)
    {
        if (reading.IsCompletedSuccessfully)
        {
            _latency.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, operation);
            return reading;
        }

        return Await(reading, began, operation);
    }

    private async ValueTask<T> Await<T>(ValueTask<T> reading, long began, KeyValuePair<string, object?> operation)
    {
        try
        {
            var read = await reading;
            _latency.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, operation);
            return read;
        }
        catch (Exception failure) when (Counts(failure, operation))
        {
            throw;
        }
    }

    private bool Counts(Exception failure, KeyValuePair<string, object?> operation)
    {
        if (failure is not (LogConflictException or OperationCanceledException))
        {
            _errors.Add(1, operation);
            // A disk that fails fails often: once a second says enough.
            var (told, now) = (Interlocked.Read(ref _toldAt), Stopwatch.GetTimestamp());
            if ((told == 0 || Stopwatch.GetElapsedTime(told, now).TotalSeconds >= 1) && Interlocked.CompareExchange(ref _toldAt, now, told) == told)
            {
                StoreFailed((string)operation.Value!, failure.InnerException?.Message ?? failure.Message);
            }
        }

        return false;
    }

    [LoggerMessage(LogLevel.Warning, "The log store failed ({Operation}): {Reason}")]
    private partial void StoreFailed(string operation, string reason);
}
