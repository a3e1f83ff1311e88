using ChatOrleans.Cli.Archive;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Cli.Moving;

/// <summary>
/// One log on its way into a store. What is there already must be what comes, which is compared; the rest is written. So a log may
/// be written again from its beginning, however far it came.
/// </summary>
internal sealed class LogWriting(ILogStore store, LogBegin log)
{
    private const int PaddingRows = 1_000;
    private static readonly ReadOnlyMemory<byte> s_padding = new byte[1];
    private LogHead _head = LogHead.Empty;
    private long _generation;
    private long _keys;

    /// <summary>Throws <see cref="ArchiveException"/> where the store holds something else under this name.</summary>
    public async Task Begin(CancellationToken cancellationToken)
    {
        _head = await store.ReadHead(log.Owner, cancellationToken);
        _generation = _head.Generation;
        Require(_head.Generation == 0 || _head.Generation == log.Generation, "is of another generation");
        foreach (var bounds in _head.Tracks)
            Require(bounds.Last <= log[bounds.Track].Last && bounds.First <= log[bounds.Track].First, $"has rows of {bounds.Track} that the export has not");
        foreach (var bounds in log.Tracks)
            await Pad(bounds);
    }

    public async Task Add(LogTrack track, IReadOnlyList<Row> rows, CancellationToken cancellationToken)
    {
        var last = _head[track].Last;
        var there = rows.TakeWhile(row => row.At <= last).ToList();
        for (var at = 0; at < there.Count;)
        {
            var found = await store.Read(log.Owner, track, there[at].At, there.Count - at, cancellationToken: cancellationToken);
            Require(!found.Rows.IsEmpty && found.First == there[at].At, $"lacks row {there[at].At} of {track}");
            foreach (var row in found.Rows)
                Require(row.Span.SequenceEqual(there[at++].Bytes.Span), $"has another row {there[at - 1].At} of {track}");
        }

        if (there.Count < rows.Count)
            await Write(new LogAppend(track, rows[there.Count].At, [.. rows.Skip(there.Count).Select(row => row.Bytes)]));
    }

    public async Task Add(IReadOnlyList<Key> keys, CancellationToken cancellationToken)
    {
        _keys += keys.Count;
        var missing = new List<LogKey>();
        foreach (var key in keys)
        {
            // A log that is new has none: no need to ask.
            var found = _head.Generation == 0 ? null : await store.ReadKey(log.Owner, key.Name, cancellationToken);
            Require(found is null || found.Value.Span.SequenceEqual(key.Bytes.Span), $"has another value of the key {key.Name}");
            if (found is null)
                missing.Add(new LogKey(key.Name, key.Bytes));
        }

        if (missing.Count > 0)
            await Write(null, [.. missing]);
    }

    /// <summary>Looks again at what the store has now.</summary>
    public async Task End(CancellationToken cancellationToken)
    {
        if (_generation == 0)
            await Write(null);
        var head = await store.ReadHead(log.Owner, cancellationToken);
        Require(head.Generation == log.Generation, "is of another generation");
        foreach (var bounds in log.Tracks)
            Require(head[bounds.Track] == bounds, $"ends with {head[bounds.Track]} where the export has {bounds}");
        if (_head.Generation == 0)
            return;
        long keys = 0;
        await foreach (var _ in store.ScanKeys(log.Owner, "", cancellationToken))
            keys++;
        Require(keys == _keys, "has keys that the export has not");
    }

    /// <summary>A track begins at 1 and is trimmed to its first row; so one that was trimmed is filled up to there and trimmed again.</summary>
    private async Task Pad(TrackBounds bounds)
    {
        for (var last = _head[bounds.Track].Last; last < bounds.First - 1;)
        {
            var rows = (int)Math.Min(PaddingRows, bounds.First - 1 - last);
            await Write(new LogAppend(bounds.Track, last + 1, [.. Enumerable.Repeat(s_padding, rows)]), trim: new LogTrim(bounds.Track, last + rows + 1));
            last += rows;
        }
    }

    private async Task Write(LogAppend? append, System.Collections.Immutable.ImmutableArray<LogKey> keys = default, LogTrim? trim = null)
    {
        await store.Write(new LogWrite
        {
            Owner = log.Owner,
            ExpectedGeneration = _generation,
            Generation = log.Generation,
            Appends = append is { } rows ? [rows] : [],
            Keys = keys.IsDefault ? [] : keys,
            Trims = trim is { } one ? [one] : [],
        });
        _generation = log.Generation;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArchiveException($"{log.Owner} in the store {otherwise}. An import goes into an empty store, or goes on where the same import ended.");
    }
}
