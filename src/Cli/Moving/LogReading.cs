using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ChatOrleans.Cli.Archive;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Cli.Moving;

/// <summary>Some of a log's lines.</summary>
internal sealed record LogChunk(ReadOnlyMemory<byte> Lines, Totals Totals);

/// <summary>All logs of a store as lines, in order, with the next few logs being read meanwhile; a bounded part of them in memory.</summary>
internal sealed class LogReading(ChatStore store, ArchiveFormat format)
{
    private const int LogsAtOnce = 8;
    private const int ChunksAhead = 2;
    private const int RowsPerRead = 500;
    private const int BytesPerRead = 256 * 1024;

    public async IAsyncEnumerable<LogChunk> Read(LogOwner? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<Channel<LogChunk>>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var owners = store.Catalog.Owners(after, stop.Token).GetAsyncEnumerator(stop.Token);
        try
        {
            var more = true;
            while (more || ahead.Count > 0)
            {
                while (more && ahead.Count < LogsAtOnce)
                    if (more = await owners.MoveNextAsync())
                        ahead.Enqueue(Begin(owners.Current, stop.Token));
                if (ahead.TryDequeue(out var next))
                    await foreach (var chunk in next.Reader.ReadAllAsync(stop.Token))
                        yield return chunk;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await owners.DisposeAsync();
        }
    }

    private Channel<LogChunk> Begin(LogOwner owner, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<LogChunk>(ChunksAhead);
        _ = Task.Run(async () =>
        {
            try
            {
                await foreach (var chunk in Chunks(owner, cancellationToken))
                    await channel.Writer.WriteAsync(chunk, cancellationToken);
                channel.Writer.Complete();
            }
            catch (Exception e)
            {
                channel.Writer.Complete(e);
            }
        }, CancellationToken.None);
        return channel;
    }

    private async IAsyncEnumerable<LogChunk> Chunks(LogOwner owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chunk = new Chunk(owner, format);
        var head = await store.Logs.ReadHead(owner, cancellationToken);
        // Some stores list a track that nothing was ever appended to, some do not.
        var log = new LogBegin(owner, head.Generation, [.. head.Tracks.Where(bounds => bounds.Last > 0).OrderBy(bounds => bounds.Track)]);
        chunk.Add(log);
        foreach (var bounds in log.Tracks)
            for (var next = bounds.First; next <= bounds.Last;)
            {
                var rows = await store.Logs.Read(owner, bounds.Track, next, RowsPerRead, BytesPerRead, cancellationToken);
                if (rows.Rows.IsEmpty || rows.First != next)
                    throw new ArchiveException($"{owner} lacks row {next} of {bounds.Track}, which its head says it has. The store is damaged, or in use.");
                foreach (var row in rows.Rows)
                    chunk.Add(new Row(bounds.Track, next++, row));
                if (chunk.IsFull)
                    yield return chunk.Take();
            }

        await foreach (var (key, value) in store.Logs.ScanKeys(owner, "", cancellationToken))
        {
            chunk.Add(new Key(key, value));
            if (chunk.IsFull)
                yield return chunk.Take();
        }

        chunk.Add(new LogEnd(owner));
        yield return chunk.Take();
    }

    private sealed class Chunk(LogOwner owner, ArchiveFormat format)
    {
        private ArrayBufferWriter<byte> _lines = new();
        private Totals _totals;

        public bool IsFull => _lines.WrittenCount >= BytesPerRead;

        public void Add(ArchiveItem item)
        {
            format.Write(_lines, item);
            _totals = _totals.Add(Totals.Of(item, owner));
        }

        public LogChunk Take()
        {
            var taken = new LogChunk(_lines.WrittenMemory, _totals);
            (_lines, _totals) = (new(), default);
            return taken;
        }
    }
}
