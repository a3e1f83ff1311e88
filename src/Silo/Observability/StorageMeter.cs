using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChatOrleans.Grains.Logs;
using Orleans.Storage;

namespace ChatOrleans.Silo.Observability;

/// <summary>How long storage takes and how often it fails, by operation: logs and grains' states alike. A lost race is no failure.</summary>
internal sealed partial class StorageMeter
{
    private readonly Histogram<double> _latency;
    private readonly Counter<long> _errors;
    private readonly ILogger _log;
    private long _toldAt;

    public StorageMeter(IMeterFactory meters, ILogger<StorageMeter> log)
    {
        _log = log;
        var meter = meters.Create(ChatObservability.MeterName);
        _latency = meter.CreateHistogram("chat.storage.latency", "s", "How long storage took, by operation.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] });
        _errors = meter.CreateCounter<long>("chat.storage.errors", "{error}", "Operations of storage that failed, by operation.");
    }

    /// <summary>So that a query finds a zero before the first failure.</summary>
    public void Expect(params ReadOnlySpan<KeyValuePair<string, object?>> operations)
    {
        foreach (var operation in operations)
        {
            _errors.Add(0, operation);
        }
    }

    /// <param name="began">A timestamp of <see cref="Stopwatch"/>.</param>
    public void Took(long began, KeyValuePair<string, object?> operation) =>
        _latency.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, operation);

    /// <summary>Always false: a filter of exceptions, so that what failed is thrown on as it was.</summary>
    public bool Counts(Exception failure, KeyValuePair<string, object?> operation)
    {
        if (failure is not (LogConflictException or InconsistentStateException or OperationCanceledException))
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

    [LoggerMessage(LogLevel.Warning, "The store failed ({Operation}): {Reason}")]
    private partial void StoreFailed(string operation, string reason);
}
