using System.Diagnostics;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Observability;

/// <summary>How long the log store takes and how often it fails, whichever store it is. A lost race (conflict) is no failure.</summary>
internal sealed class MeteredLogStore : ILogStore
{
    private static readonly KeyValuePair<string, object?> s_head = new("operation", "head");
    private static readonly KeyValuePair<string, object?> s_read = new("operation", "read");
    private static readonly KeyValuePair<string, object?> s_key = new("operation", "key");
    private static readonly KeyValuePair<string, object?> s_write = new("operation", "write");

    private readonly ILogStore _store;
    private readonly StorageMeter _meter;

    public MeteredLogStore(ILogStore store, StorageMeter meter)
    {
        (_store, _meter) = (store, meter);
        meter.Expect(s_head, s_read, s_key, s_write);
    }

    public ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default)
    {
        // Taken before the call: an embedded store answers, or fails, inside it.
        var began = Stopwatch.GetTimestamp();
        try
        {
            return Measured(_store.ReadHead(owner, cancellationToken), began, s_head);
        }
        catch (Exception failure) when (_meter.Counts(failure, s_head))
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
        catch (Exception failure) when (_meter.Counts(failure, s_read))
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
        catch (Exception failure) when (_meter.Counts(failure, s_key))
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
            _meter.Took(began, s_write);
        }
        catch (Exception failure) when (_meter.Counts(failure, s_write))
        {
            throw;
        }
    }

    /// <summary>What is there already is handed on as it is, without a state machine.</summary>
    private ValueTask<T> Measured<T>(ValueTask<T> reading, long began, KeyValuePair<string, object?> operation)
    {
        if (reading.IsCompletedSuccessfully)
        {
            _meter.Took(began, operation);
            return reading;
        }

        return Await(reading, began, operation);
    }

    private async ValueTask<T> Await<T>(ValueTask<T> reading, long began, KeyValuePair<string, object?> operation)
    {
        try
        {
            var read = await reading;
            _meter.Took(began, operation);
            return read;
        }
        catch (Exception failure) when (_meter.Counts(failure, operation))
        {
            throw;
        }
    }
}
