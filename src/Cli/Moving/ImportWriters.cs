using System.Threading.Channels;
using ChatOrleans.Cli.Archive;
using ChatOrleans.Silo.Storage;
using Orleans;

namespace ChatOrleans.Cli.Moving;

/// <summary>
/// Several logs are written at once, each by one writer, so that a store shares its disk writes among them. What waits is bounded.
/// </summary>
internal sealed class ImportWriters : IAsyncDisposable
{
    private const int Writers = 32;
    private readonly ChatStore _store;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<List<ArchiveItem>>[] _waiting;
    private readonly Task[] _writing;
    private int _next;

    public ImportWriters(ChatStore store, CancellationToken cancellationToken)
    {
        _store = store;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _waiting = [.. Enumerable.Range(0, Writers).Select(_ => Channel.CreateBounded<List<ArchiveItem>>(1))];
        _writing = [.. _waiting.Select(waiting => Task.Run(() => Write(waiting.Reader)))];
    }

    /// <summary>Ends the reading once a writer has failed; <see cref="Finish"/> tells why.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <param name="last">The next batch belongs to another log.</param>
    public async Task Add(List<ArchiveItem> batch, bool last)
    {
        await _waiting[_next].Writer.WriteAsync(batch, _stop.Token);
        if (last)
            _next = (_next + 1) % Writers;
    }

    /// <summary>Completes once everything is stored. Throws the first failure.</summary>
    public async Task Finish()
    {
        foreach (var waiting in _waiting)
            waiting.Writer.TryComplete();
        await Task.WhenAll(_writing.Select(async writing =>
        {
            try
            {
                await writing;
            }
            catch (OperationCanceledException) when (_writing.Any(other => other.IsFaulted))
            {
                // Another one's failure stopped it.
            }
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task Write(ChannelReader<List<ArchiveItem>> waiting)
    {
        try
        {
            LogWriting? log = null;
            await foreach (var batch in waiting.ReadAllAsync(_stop.Token))
                log = await Write(log, batch);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await _stop.CancelAsync();
            throw;
        }
    }

    private async Task<LogWriting?> Write(LogWriting? log, List<ArchiveItem> batch)
    {
        for (var at = 0; at < batch.Count;)
        {
            var some = batch.Skip(at).TakeWhile(item => Alike(item, batch[at])).ToList();
            at += some.Count;
            switch (some[0])
            {
                case LogBegin begin:
                    log = new LogWriting(_store.Logs, begin);
                    await log.Begin(_stop.Token);
                    break;
                case Row row:
                    await log!.Add(row.Track, [.. some.Cast<Row>()], _stop.Token);
                    break;
                case Key:
                    await log!.Add([.. some.Cast<Key>()], _stop.Token);
                    break;
                case LogEnd:
                    await log!.End(_stop.Token);
                    log = null;
                    break;
                case State state:
                    await Write(state);
                    break;
            }
        }

        return log;
    }

    private static bool Alike(ArchiveItem left, ArchiveItem right) => (left, right) switch
    {
        (Row a, Row b) => a.Track == b.Track,
        (Key, Key) => true,
        _ => ReferenceEquals(left, right),
    };

    private async Task Write(State state)
    {
        var stored = new GrainState<StoredBytes>();
        await _store.States.ReadStateAsync(state.Name, state.Grain, stored);
        if (stored.RecordExists && stored.State!.Bytes.Span.SequenceEqual(state.Bytes.Span))
            return;
        if (stored.RecordExists)
            throw new ArchiveException($"The store has another state {state.Name} of {state.Grain}. An import goes into an empty store, or goes on where the same import ended.");
        stored.State = new StoredBytes { Bytes = state.Bytes };
        await _store.States.WriteStateAsync(state.Name, state.Grain, stored);
    }
}
