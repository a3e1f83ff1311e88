using ChatOrleans.Cli.Archive;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace ChatOrleans.Cli.Moving;

/// <summary>Whether a file is whole and holds what its end says, without any store.</summary>
internal static class Check
{
    /// <summary>Throws <see cref="ArchiveException"/>, which names the line.</summary>
    public static async Task<Totals> Run(string path, IMoveProgress progress, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        await using var file = File.OpenRead(path);
        var reader = new ArchiveReader(file, new ArchiveFormat(new ReadableJson(services)));
        var whole = false;
        await foreach (var item in reader.Read(cancellationToken))
        {
            whole = item is End;
            progress.Report(reader.Position, file.Length, $"{reader.Totals.Rows:N0} rows");
        }

        if (reader.Position == 0)
            throw new ArchiveException($"{path} is no export, or was cut off in its first line. Name another file.");
        return whole ? reader.Totals : throw new ArchiveException($"{path} has no end: the export into it did not finish. Run it again, and it goes on.");
    }
}
