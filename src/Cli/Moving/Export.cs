using System.Buffers;
using ChatOrleans.Cli.Archive;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage;
using Orleans;

namespace ChatOrleans.Cli.Moving;

/// <summary>
/// All that a store holds, into one file. A file that a killed export has left is gone on with behind its last whole log, as long as the
/// store still holds what is in it. One that is whole is a backup that somebody may need: it stays as it is, and is refused where the store
/// has changed since.
/// </summary>
internal sealed class Export(ChatStore store, IMoveProgress progress)
{
    private static readonly byte[] s_beginning = "{\"chatorleans_export\":"u8.ToArray();

    private readonly ArchiveFormat _format = new(new ReadableJson(store.Services));

    /// <summary>Throws <see cref="ArchiveException"/> and <see cref="LogUnavailableException"/>; asking again goes on.</summary>
    public async Task<Totals> Run(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 16);
        var begun = await Begun(file, cancellationToken);
        if (begun.Whole)
            return begun.Totals;
        if (begun.Length == 0 && !await IsCutHeader(file, cancellationToken))
            throw new ArchiveException($"{file.Name} is there, and is no export. Name another file.");

        file.SetLength(begun.Length);
        file.Position = begun.Length;
        var writing = new Writing(file, _format, begun.Totals);
        if (begun.Length == 0)
            await writing.Add(new Header(Header.Present, store.Profile), cancellationToken);
        var all = await Count(cancellationToken);
        await foreach (var chunk in new LogReading(store, _format).Read(begun.Last, cancellationToken))
        {
            await writing.Add(chunk, cancellationToken);
            progress.Report(writing.Totals.Logs, all, $"{writing.Totals.Rows:N0} rows");
        }

        await foreach (var name in store.Catalog.States(cancellationToken))
        {
            await writing.Add(new State(name.Grain, name.Name, (await Stored(name))!.Bytes), cancellationToken);
        }

        var totals = writing.Totals;
        await writing.Add(new End(totals), cancellationToken);
        file.Flush(flushToDisk: true);
        await Verify(file, totals, cancellationToken);
        return totals;
    }

    /// <summary>Reads back what was written, and looks whether the store is still as it was: nothing else tells of a server that runs.</summary>
    private async Task Verify(FileStream file, Totals totals, CancellationToken cancellationToken)
    {
        file.Position = 0;
        var read = await Begun(file, cancellationToken);
        if (!read.Whole || read.Totals != totals)
            throw new ArchiveException($"{file.Name} holds {read.Totals} where {totals} were written: the disk it lies on can't be trusted. Export to another one.");
    }

    private async Task<long> Count(CancellationToken cancellationToken)
    {
        long count = 0;
        await foreach (var _ in store.Catalog.Owners(null, cancellationToken))
            count++;
        return count;
    }

    private async Task<long> CountStates(CancellationToken cancellationToken)
    {
        long count = 0;
        await foreach (var _ in store.Catalog.States(cancellationToken))
            count++;
        return count;
    }

    /// <summary>Null where there is none any more.</summary>
    private async Task<StoredBytes?> Stored(StateName name)
    {
        var state = new GrainState<StoredBytes>();
        await store.States.ReadStateAsync(name.Name, name.Grain, state);
        return state.State;
    }

    private static ArchiveException Changed(string what, FileStream file) => new(
        $"{what} has changed since {file.Name} was begun, so a server has run meanwhile, or chatorleans restored. Stop all servers, and export to a new file.");

    /// <summary>What the file holds already. Where it is not whole, its states are written anew, changed or not: they are few.</summary>
    private async Task<(long Length, LogOwner? Last, Totals Totals, bool Whole)> Begun(FileStream file, CancellationToken cancellationToken)
    {
        var reader = new ArchiveReader(file, _format);
        (long Length, LogOwner? Last, Totals Totals, bool Whole) begun = default;
        string? changed = null;
        await foreach (var item in reader.Read(cancellationToken))
        {
            switch (item)
            {
                case Header:
                    begun.Length = reader.Position;
                    break;
                case LogBegin log when !SameHead(log, await store.Logs.ReadHead(log.Owner, cancellationToken)):
                    throw Changed(log.Owner.ToString(), file);
                case LogEnd end:
                    begun = (reader.Position, end.Owner, reader.Totals, false);
                    progress.Report(begun.Totals.Logs, begun.Totals.Logs, "checking what the file holds");
                    break;
                case State state when (await Stored(new StateName(state.Grain, state.Name)))?.Bytes.Span.SequenceEqual(state.Bytes.Span) != true:
                    changed ??= $"The state {state.Name} of {state.Grain}";
                    break;
                case End end:
                    if (changed is null && (await Count(cancellationToken), await CountStates(cancellationToken)) != (end.Totals.Logs, end.Totals.States))
                        changed = "The number of logs or states";
                    if (changed is not null)
                        throw Changed(changed, file);
                    return (reader.Position, null, end.Totals, true);
            }
        }

        return begun;
    }

    /// <summary>Whether all there is, is what an export that was killed at once has written: no file of anybody's is written over.</summary>
    private static async Task<bool> IsCutHeader(FileStream file, CancellationToken cancellationToken)
    {
        var there = new byte[Math.Min(s_beginning.Length, file.Length)];
        file.Position = 0;
        await file.ReadExactlyAsync(there, cancellationToken);
        return s_beginning.AsSpan(0, there.Length).SequenceEqual(there);
    }

    private static bool SameHead(LogBegin log, LogHead head) =>
        head.Generation == log.Generation && log.Tracks.All(bounds => head[bounds.Track] == bounds) && head.Tracks.All(bounds => log[bounds.Track] == bounds);

    private sealed class Writing(FileStream file, ArchiveFormat format, Totals totals)
    {
        private readonly ArrayBufferWriter<byte> _line = new();

        public Totals Totals { get; private set; } = totals;

        public async Task Add(ArchiveItem item, CancellationToken cancellationToken)
        {
            _line.ResetWrittenCount();
            format.Write(_line, item);
            await file.WriteAsync(_line.WrittenMemory, cancellationToken);
            Totals = Totals.Add(Totals.Of(item, default));
        }

        public async Task Add(LogChunk chunk, CancellationToken cancellationToken)
        {
            await file.WriteAsync(chunk.Lines, cancellationToken);
            Totals = Totals.Add(chunk.Totals);
        }
    }
}
