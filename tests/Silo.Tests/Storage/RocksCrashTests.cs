using System.Globalization;
using ChatOrleans.Grains.Logs;
using ChatOrleans.StorageWriter;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>A process that is killed in the middle of writing: every acknowledged write is there, and none half.</summary>
public sealed class RocksCrashTests : IDisposable
{
    private readonly RocksHost _host = new();

    [Fact]
    public async Task Kill_InTheMiddleOfWriting_LosesNoAcknowledgedWriteAndLeavesNoneHalf()
    {
        var random = new Random(1);
        var acknowledged = new long[EndlessWrites.Owners];
        for (var round = 0; round < 5; round++)
        {
            using var writer = new WriterProcess("write", _host.Directory);
            for (var lines = random.Next(1, 3_000); lines > 0; lines--)
                Note(await writer.Line());
            foreach (var line in await writer.Kill())
                Note(line);

            await Check(_host.Open<ILogStore>(), acknowledged);
            await _host.Close();
        }

        void Note(string line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            acknowledged[int.Parse(line[..space], CultureInfo.InvariantCulture)] = long.Parse(line[space..], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A torn end of the log file, as a power cut leaves it: what is before it is read.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LogFile_WithADamagedEnd_GivesAllThatIsBeforeIt(bool cut)
    {
        var acknowledged = new long[EndlessWrites.Owners];
        using (var writer = new WriterProcess("write", _host.Directory))
        {
            for (var lines = 0; lines < 500; lines++)
                await writer.Line();
            await writer.Kill();
        }

        var log = new DirectoryInfo(_host.Directory).GetFiles("*.log").MaxBy(file => file.Name)!;
        using (var file = log.Open(FileMode.Open))
        {
            if (cut)
                file.SetLength(Math.Max(0, file.Length - 777));
            else
            {
                file.Position = Math.Max(0, file.Length - 5_000);
                file.Write(new byte[2_000]);
            }
        }

        // What was damaged is gone, but nothing is half and what remains is whole.
        await Check(_host.Open<ILogStore>(), acknowledged);
        Assert.NotEqual(0, (await _host.Open<ILogStore>().ReadHead(EndlessWrites.Owner(0))).Generation);
        await _host.Open<ILogStore>().Write(new LogWrite { Owner = new LogOwner("conversation/after"), ExpectedGeneration = 0, Generation = 1 });
    }

    private static async Task Check(ILogStore store, long[] acknowledged)
    {
        for (var number = 0; number < EndlessWrites.Owners; number++)
        {
            var owner = EndlessWrites.Owner(number);
            var last = (await store.ReadHead(owner))[LogTrack.Messages].Last;
            Assert.True(last >= acknowledged[number], $"Owner {number}: {acknowledged[number]} was acknowledged, {last} is stored.");
            Assert.Equal(0, last % EndlessWrites.RowsPerWrite);

            var rows = (await store.Read(owner, LogTrack.Messages, 1, int.MaxValue)).Rows;
            Assert.Equal(last, rows.Length);
            for (var i = 0; i < rows.Length; i++)
                Assert.True(rows[i].Span.SequenceEqual(EndlessWrites.Row(number, i + 1)), $"Owner {number}: row {i + 1} is another.");

            var keys = new List<string>();
            await foreach (var (key, _) in store.ScanKeys(owner, "write/"))
                keys.Add(key);
            Assert.Equal(Enumerable.Range(1, rows.Length / EndlessWrites.RowsPerWrite).Select(i => EndlessWrites.Key(i * EndlessWrites.RowsPerWrite)), keys);
        }
    }

    public void Dispose() => _host.Dispose();
}
