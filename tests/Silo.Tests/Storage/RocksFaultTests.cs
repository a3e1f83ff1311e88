using System.Text;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.Rocks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RocksDbSharp;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>What the embedded store says and does when its directory fails it.</summary>
public sealed class RocksFaultTests : IDisposable
{
    private readonly RocksHost _host = new();

    [Fact]
    public async Task Write_WhenTheDiskIsFull_IsUnavailableUntilThereIsRoom()
    {
        using var writer = new WriterProcess("fill", _host.Directory);

        Assert.Equal("stored 10", await writer.Line());
        var unavailable = await writer.Line();
        Assert.StartsWith("unavailable", unavailable, StringComparison.Ordinal);
        Assert.Contains(_host.Directory, unavailable, StringComparison.Ordinal);
        Assert.Contains("File too large", unavailable, StringComparison.Ordinal);
        // Reading goes on meanwhile.
        Assert.Equal("read 10", await writer.Line());
        Assert.StartsWith("recovered", await writer.Line(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_ThatCouldNotBeOpenedAnew_IsReadAgainOnceThereIsRoom_ThoughNobodyWrites()
    {
        using var writer = new WriterProcess("fill-anew", _host.Directory);

        Assert.Equal("stored 500", await writer.Line());
        Assert.Equal("closed", await writer.Line());
        Assert.Equal("read 500", await writer.Line());
    }

    [Fact]
    public async Task Start_WhenAnotherProcessHoldsTheDirectory_SaysSo()
    {
        using var holder = new WriterProcess("hold", _host.Directory);
        Assert.Equal("held", await holder.Line());

        var refusal = Assert.Throws<StorageStartException>(() => _host.Open<ILogStore>());
        Assert.StartsWith($"Storage:Path = {_host.Directory}: another process holds this directory.", refusal.Message, StringComparison.Ordinal);

        await holder.Kill();
        await _host.Close();
        Assert.Equal(0, (await _host.Open<ILogStore>().ReadHead(new LogOwner("conversation/lounge"))).Generation);
    }

    [Fact]
    public void Start_WhenTheLockCannotBeOpened_SpeaksOfNoOtherProcess()
    {
        Directory.CreateDirectory(Path.Combine(_host.Directory, "LOCK"));

        var refusal = Assert.Throws<StorageStartException>(() => _host.Open<ILogStore>());

        Assert.Contains("Is a directory", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another process", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("backup", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The data are whole, and a backup put back over them would lose what came after it.</summary>
    [Fact]
    public async Task Start_WithoutRoomForWhatOpeningWrites_AdvisesNoBackup()
    {
        var store = _host.Open<ILogStore>();
        var row = new byte[5_000];
        foreach (var number in Enumerable.Range(0, 500))
            await store.Write(Begin($"{number}", row));
        await _host.Close();

        using (var full = new WriterProcess("open-full", _host.Directory))
        {
            var refused = await full.Line();
            Assert.StartsWith($"refused Storage:Path = {_host.Directory}: ", refused, StringComparison.Ordinal);
            Assert.Contains("File too large", refused, StringComparison.Ordinal);
            Assert.DoesNotContain("backup", refused, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await _host.Open<ILogStore>().ReadHead(new LogOwner("conversation/499"))).Generation);
    }

    [Theory]
    [InlineData("IO error: While lock file: /data/LOCK: Resource temporarily unavailable", "another process holds this directory")]
    [InlineData("IO error: lock hold by current process, acquire time 1 acquiring thread 2: /data/LOCK: No locks available", "another process holds this directory")]
    [InlineData("IO error: While open a file for lock: /data/LOCK: Permission denied", "Give this user all files")]
    [InlineData("IO error: No space left on device: While appending to file: /data/000012.sst: No space left on device", "They are whole. Make space")]
    [InlineData("Corruption: checksum mismatch in file /data/MANIFEST-000005", "Restore it from a backup")]
    public void Start_ThatFails_SaysWhatMendsIt(string fault, string remedy)
    {
        var refusal = RocksDirectory.Explain("/data", new IOException(fault)).Message;

        Assert.Contains(remedy, refusal, StringComparison.Ordinal);
        Assert.Equal(remedy.Contains("backup", StringComparison.Ordinal), refusal.Contains("backup", StringComparison.Ordinal));
    }

    [Fact]
    public void Start_WhenTheDirectoryCannotBeMade_SaysSo()
    {
        var file = Path.Combine(_host.Directory, "file");
        File.WriteAllText(file, "");

        var refusal = Assert.Throws<StorageStartException>(() => _host.Open<ILogStore>(options => options.Path = Path.Combine(file, "data")));

        Assert.StartsWith($"Storage:Path = {file}/data: the directory cannot be written", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("name another directory", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnDataOfAnotherFormat_SaysSo()
    {
        using (var database = RocksDb.Open(new DbOptions().SetCreateIfMissing(true), _host.Directory))
            database.Put("F"u8, "2"u8);

        var refusal = Assert.Throws<StorageStartException>(() => _host.Open<ILogStore>());
        Assert.Contains("has format 2, this program reads format 1", refusal.Message, StringComparison.Ordinal);
        await _host.Close();
    }

    [Theory]
    [InlineData(nameof(StorageOptions.Path), "", "Storage:Path is empty")]
    [InlineData(nameof(StorageOptions.CacheMegabytes), 1, "Storage:CacheMegabytes must be 8 to 65536")]
    [InlineData(nameof(StorageOptions.RetryMilliseconds), 0, "Storage:RetryMilliseconds must be 10 to 60000")]
    public void Start_WithASettingOutOfRange_NamesIt(string option, object value, string message)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() =>
            _host.Open<ILogStore>(options => typeof(StorageOptions).GetProperty(option)!.SetValue(options, value)));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_StoresWhatWaitsThenRefuses()
    {
        var options = Options.Create(new StorageOptions { Path = _host.Directory });
        var database = new RocksDatabase(options, NullLogger<RocksDatabase>.Instance);
        var writer = new RocksWriter(database, TimeProvider.System, NullLogger<RocksWriter>.Instance);
        var store = new RocksLogStore(database, writer);

        var writes = Enumerable.Range(0, 500).Select(i => store.Write(Begin($"{i}"))).ToArray();
        writer.Dispose();
        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<LogUnavailableException>(() => store.Write(Begin("late")));
        database.Dispose();
        await Assert.ThrowsAsync<LogUnavailableException>(async () => await store.ReadHead(new LogOwner("conversation/1")));

        var again = _host.Open<ILogStore>();
        for (var i = 0; i < 500; i++)
            Assert.Equal(1, (await again.ReadHead(new LogOwner($"conversation/{i}"))).Generation);
    }

    private static LogWrite Begin(string id, byte[]? row = null) => new()
    {
        Owner = new LogOwner($"conversation/{id}"),
        ExpectedGeneration = 0,
        Generation = 1,
        Appends = [new LogAppend(LogTrack.Messages, 1, [row ?? Encoding.UTF8.GetBytes(id)])],
    };

    public void Dispose() => _host.Dispose();
}
