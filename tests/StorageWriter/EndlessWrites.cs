using System.Globalization;
using System.Text;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.StorageWriter;

/// <summary>
/// Many owners write at once until the process is killed. One write is three rows and a key that names its last row; each is
/// printed as <c>owner last</c> once it was acknowledged.
/// </summary>
public static class EndlessWrites
{
    public const int Owners = 40;
    public const int RowsPerWrite = 3;

    public static LogOwner Owner(int number) => new($"conversation/{number}");

    public static string Key(long last) => $"write/{last:00000000}";

    /// <summary>What row <paramref name="index"/> of an owner holds: its own position, then filling that follows from it.</summary>
    public static byte[] Row(int owner, long index)
    {
        var row = new byte[600];
        new Random(unchecked(owner * 1_000_003 + (int)index)).NextBytes(row);
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{owner}/{index};"), row);
        return row;
    }

    public static Task Run(ILogStore store)
    {
        var output = TextWriter.Synchronized(Console.Out);
        return Task.WhenAll(Enumerable.Range(0, Owners).Select(number => Task.Run(() => WriteOwner(store, number, output))));
    }

    private static async Task WriteOwner(ILogStore store, int number, TextWriter output)
    {
        var owner = Owner(number);
        var head = await store.ReadHead(owner);
        var generation = head.Generation;
        var last = head[LogTrack.Messages].Last;
        while (true)
        {
            await store.Write(new LogWrite
            {
                Owner = owner,
                ExpectedGeneration = generation,
                Generation = head.Generation + 1,
                Appends = [new LogAppend(LogTrack.Messages, last + 1,
                    [.. Enumerable.Range(1, RowsPerWrite).Select(i => (ReadOnlyMemory<byte>)Row(number, last + i))])],
                Keys = [new LogKey(Key(last + RowsPerWrite), Encoding.UTF8.GetBytes("written"))],
            });
            generation = head.Generation + 1;
            last += RowsPerWrite;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{number} {last}"));
        }
    }
}
