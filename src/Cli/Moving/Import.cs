using System.Text;
using ChatOrleans.Cli.Archive;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Cli.Moving;

/// <summary>
/// All that a file holds, into a store. Repeating it changes nothing, and so goes on where a killed one ended: what is there is compared,
/// the rest is written.
/// </summary>
internal sealed class Import(ChatStore store, IMoveProgress progress)
{
    private const int ItemsPerBatch = 500;
    private const long BytesPerBatch = 256 * 1024;

    /// <summary>Throws <see cref="ArchiveException"/> and <see cref="LogUnavailableException"/>; asking again goes on.</summary>
    public async Task<Totals> Run(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        await RequireEnd(file, cancellationToken);
        var reader = new ArchiveReader(file, new ArchiveFormat(new ReadableJson(store.Services)));
        await using var writers = new ImportWriters(store, cancellationToken);
        var batch = new List<ArchiveItem>();
        long bytes = 0;
        try
        {
            await foreach (var item in reader.Read(writers.Stopping))
            {
                batch.Add(item);
                bytes += Length(item);
                if (item is LogEnd or State || batch.Count >= ItemsPerBatch || bytes >= BytesPerBatch)
                {
                    await writers.Add(batch, last: item is LogEnd or State);
                    (batch, bytes) = ([], 0);
                    progress.Report(reader.Position, file.Length, $"{reader.Totals.Rows:N0} rows");
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A writer that failed has ended the reading. Why is told below.
        }

        await writers.Finish();
        await RequireNoMore(reader.Totals, cancellationToken);
        return reader.Totals;
    }

    private static long Length(ArchiveItem item) => item switch
    {
        Row row => row.Bytes.Length,
        Key key => key.Name.Length + key.Bytes.Length,
        _ => 0,
    };

    /// <summary>Before anything is written: is it a whole one?</summary>
    private static async Task RequireEnd(FileStream file, CancellationToken cancellationToken)
    {
        var tail = new byte[Math.Min(512, file.Length)];
        file.Position = file.Length - tail.Length;
        await file.ReadExactlyAsync(tail, cancellationToken);
        file.Position = 0;
        var text = Encoding.UTF8.GetString(tail);
        if (!text.EndsWith('\n') || text.TrimEnd('\n').LastIndexOf('\n') is var line && !text.AsSpan(line + 1).StartsWith("{\"end\""))
            throw new ArchiveException($"{file.Name} has no end: the export into it did not finish. Run the export again with the same file, and it goes on.");
    }

    private async Task RequireNoMore(Totals totals, CancellationToken cancellationToken)
    {
        long logs = 0, states = 0;
        await foreach (var _ in store.Catalog.Owners(null, cancellationToken))
            logs++;
        await foreach (var _ in store.Catalog.States(cancellationToken))
            states++;
        if (logs != totals.Logs || states != totals.States)
            throw new ArchiveException($"Everything was imported, but the store holds {logs:N0} logs and {states:N0} states, of which the export has {totals.Logs:N0} and "
                + $"{totals.States:N0}: it was not empty before. Import into an empty one.");
    }
}
