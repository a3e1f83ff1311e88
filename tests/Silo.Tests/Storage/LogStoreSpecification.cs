using System.Collections.Immutable;
using System.Text;
using ChatOrleans.Grains.Logs;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>
/// What every <see cref="ILogStore"/> keeps. An implementation inherits this and gives <see cref="Open"/> and <see cref="Close"/>:
/// what was written before a close is there after the next open. Owners are new for every test, so tests may share one server.
/// </summary>
public abstract partial class LogStoreSpecification : IAsyncLifetime
{
    private readonly string _test = Guid.NewGuid().ToString("N")[..12];

    protected ILogStore Store { get; private set; } = null!;

    protected abstract ValueTask<ILogStore> Open();

    protected abstract ValueTask Close();

    /// <summary>The largest row that the store takes.</summary>
    protected virtual int LargestRow => 4 << 20;

    public async Task InitializeAsync() => Store = await Open();

    public async Task DisposeAsync() => await Close();

    protected async Task Reopen()
    {
        await Close();
        Store = await Open();
    }

    protected LogOwner Owner(string id = "lounge") => new($"conversation/{_test}/{id}");

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    protected static LogAppend Append(LogTrack track, long first, params string[] rows) => new(track, first, [.. rows.Select(Bytes)]);

    protected static LogWrite Write(LogOwner owner, long expected, long generation) =>
        new() { Owner = owner, ExpectedGeneration = expected, Generation = generation };

    /// <summary>The first write of an activation: raises the generation from 0 to 1 and appends messages from 1 on.</summary>
    protected Task Begin(LogOwner owner, params string[] messages) =>
        Store.Write(Write(owner, 0, 1) with { Appends = [Append(LogTrack.Messages, 1, messages)] });

    protected async Task<string[]> Messages(LogOwner owner, long from = 1, int maxRows = int.MaxValue, int maxBytes = int.MaxValue) =>
        [.. (await Store.Read(owner, LogTrack.Messages, from, maxRows, maxBytes)).Rows.Select(Text)];

    protected async Task<string?> Key(LogOwner owner, string key) => await Store.ReadKey(owner, key) is { } value ? Text(value) : null;

    protected async Task<List<KeyValuePair<string, string>>> Scan(LogOwner owner, string prefix = "")
    {
        var found = new List<KeyValuePair<string, string>>();
        await foreach (var (key, value) in Store.ScanKeys(owner, prefix))
            found.Add(KeyValuePair.Create(key, Text(value)));
        return found;
    }

    /// <summary>Asserts that a write is refused and that its owner is as it was before.</summary>
    protected async Task Refused(LogWrite write)
    {
        var before = await Picture(write.Owner);
        await Assert.ThrowsAsync<LogConflictException>(() => Store.Write(write));
        Assert.Equal(before, await Picture(write.Owner));
    }

    /// <summary>Everything that an owner holds, as one text.</summary>
    protected async Task<string> Picture(LogOwner owner)
    {
        var head = await Store.ReadHead(owner);
        var picture = new StringBuilder($"generation {head.Generation}\n");
        foreach (var track in Enum.GetValues<LogTrack>())
        {
            var bounds = head[track];
            var read = await Store.Read(owner, track, 1, int.MaxValue);
            picture.Append($"{track} {bounds.First}..{bounds.Last}:");
            for (var i = 0; i < read.Rows.Length; i++)
                picture.Append($" {read.First + i}={Text(read.Rows[i])}");
            picture.Append('\n');
        }

        foreach (var (key, value) in await Scan(owner))
            picture.Append($"{key}={value}\n");
        return picture.ToString();
    }
}
