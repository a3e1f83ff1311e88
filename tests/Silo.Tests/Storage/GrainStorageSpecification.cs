using System.Diagnostics.CodeAnalysis;
using ChatOrleans.Silo.Storage;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>
/// What every keyed <see cref="IGrainStorage"/> "chat" keeps. An implementation inherits this and gives <see cref="Open"/> and
/// <see cref="Close"/>: what was written before a close is there after the next open. Grains are new for every test.
/// </summary>
public abstract class GrainStorageSpecification : IAsyncLifetime
{
    private const int LargeState = 2 << 20;
    private readonly string _test = Guid.NewGuid().ToString("N")[..12];

    protected IGrainStorage Storage { get; private set; } = null!;

    protected abstract ValueTask<IGrainStorage> Open();

    protected abstract ValueTask Close();

    /// <summary>How many grains write at once.</summary>
    protected virtual int ManyGrains => 1_000;

    public async Task InitializeAsync() => Storage = await Open();

    public async Task DisposeAsync() => await Close();

    private async Task Reopen()
    {
        await Close();
        Storage = await Open();
    }

    protected GrainId Grain(string key = "lounge", string type = "conversation") => GrainId.Create(type, $"{_test}{key}");

    protected async Task<ThingState> Read(GrainId grain, string name = "head")
    {
        var state = new ThingState();
        await Storage.ReadStateAsync(name, grain, state);
        return state;
    }

    protected async Task<ThingState> Write(GrainId grain, string text, string? etag = null, string name = "head")
    {
        var state = new ThingState { State = new StoredThing { Text = text }, ETag = etag! };
        await Storage.WriteStateAsync(name, grain, state);
        return state;
    }

    protected sealed class ThingState : IGrainState<StoredThing>
    {
        [AllowNull]
        public StoredThing State { get; set; } = new();

        [AllowNull]
        public string ETag { get; set; } = null!;

        public bool RecordExists { get; set; }
    }

    [Fact]
    public async Task Read_WhenNothingWasWritten_GivesAFreshState()
    {
        var state = await Read(Grain());

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal("", state.State.Text);
    }

    [Fact]
    public async Task Write_IsReadBackWithItsETag()
    {
        var written = await Write(Grain(), "hello");
        await Reopen();
        var read = await Read(Grain());

        Assert.True(written.RecordExists);
        Assert.True(read.RecordExists);
        Assert.Equal("hello", read.State.Text);
        Assert.NotNull(read.ETag);
        Assert.Equal(written.ETag, read.ETag);
    }

    [Fact]
    public async Task Write_WithThePresentETag_ReplacesTheStateAndTheETag()
    {
        var first = await Write(Grain(), "first");
        var firstETag = first.ETag;
        first.State.Text = "second";
        await Storage.WriteStateAsync("head", Grain(), first);

        Assert.NotEqual(firstETag, first.ETag);
        Assert.Equal("second", (await Read(Grain())).State.Text);
    }

    [Fact]
    public async Task Write_WithAnOldETag_IsRefused()
    {
        var first = await Write(Grain(), "first");
        var second = await Write(Grain(), "second", first.ETag);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain(), "lost", first.ETag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain(), "lost"));

        var read = await Read(Grain());
        Assert.Equal("second", read.State.Text);
        Assert.Equal(second.ETag, read.ETag);
    }

    [Fact]
    public async Task Write_WithAnETagWhereNothingIs_IsRefused()
    {
        var elsewhere = await Write(Grain("elsewhere"), "x");

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain(), "lost", elsewhere.ETag));
        Assert.False((await Read(Grain())).RecordExists);
    }

    [Fact]
    public async Task Clear_RemovesTheState()
    {
        var state = await Write(Grain(), "hello");
        await Storage.ClearStateAsync("head", Grain(), state);
        await Reopen();

        Assert.False(state.RecordExists);
        Assert.Equal("", state.State.Text);
        var read = await Read(Grain());
        Assert.False(read.RecordExists);
        Assert.Equal("", read.State.Text);
    }

    [Fact]
    public async Task Clear_WithAnOldETag_IsRefused()
    {
        var first = await Write(Grain(), "first");
        var old = new ThingState { State = first.State, ETag = first.ETag, RecordExists = true };
        await Write(Grain(), "second", first.ETag);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("head", Grain(), old));
        Assert.Equal("second", (await Read(Grain())).State.Text);
    }

    [Fact]
    public async Task Clear_OfNothing_ChangesNothing()
    {
        var state = await Read(Grain());
        await Storage.ClearStateAsync("head", Grain(), state);

        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task Write_AfterClear_WithAnETagFromBefore_IsRefused()
    {
        var state = await Write(Grain(), "first");
        var before = state.ETag;
        await Storage.ClearStateAsync("head", Grain(), state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain(), "lost", before));
        // With the state as the clear left it, the grain goes on.
        state.State.Text = "again";
        await Storage.WriteStateAsync("head", Grain(), state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain(), "lost", before));
        Assert.Equal("again", (await Read(Grain())).State.Text);
    }

    [Fact]
    public async Task Read_AfterWrite_SharesNothingWithTheWriter()
    {
        var written = await Write(Grain(), "hello");
        written.State.Text = "changed later";

        Assert.Equal("hello", (await Read(Grain())).State.Text);
    }

    [Fact]
    public async Task States_OfOneGrainByName_AreKeptApart()
    {
        await Write(Grain(), "head");
        await Write(Grain(), "checkpoint", name: "checkpoint");

        Assert.Equal("head", (await Read(Grain())).State.Text);
        Assert.Equal("checkpoint", (await Read(Grain(), "checkpoint")).State.Text);
    }

    [Fact]
    public async Task Grains_WithOddKeys_AreKeptApart()
    {
        string[] keys = ["a", "A", "abc", "abcd", "0abc", "a/b", "a\\b", "a#?b%", "é", "🙂", "a b", "_", "+", "\n", "\t", new string('x', 250)];
        foreach (var type in (string[])["conversation", "conversationa", "user"])
            foreach (var key in keys)
                await Write(Grain(key, type), type + key);
        await Reopen();

        foreach (var type in (string[])["conversation", "conversationa", "user"])
            foreach (var key in keys)
                Assert.Equal(type + key, (await Read(Grain(key, type))).State.Text);
    }

    [Fact]
    public async Task State_Large_IsKept()
    {
        var random = new Random(1);
        var text = string.Create(LargeState, random, static (into, random) =>
        {
            for (var i = 0; i < into.Length; i++)
                into[i] = (char)random.Next(' ', '~');
        });
        var etag = (await Write(Grain(), text)).ETag;
        Assert.Equal(text, (await Read(Grain())).State.Text);

        // Smaller again: nothing of the large one is left over.
        await Write(Grain(), "small", etag);
        Assert.Equal("small", (await Read(Grain())).State.Text);
    }

    [Fact]
    public async Task Writes_OfTwoActivations_OnlyOneWins()
    {
        var etag = (await Write(Grain(), "first")).ETag;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Record.ExceptionAsync(() => Write(Grain(), $"{i}", etag))));

        var winner = Assert.Single(Enumerable.Range(0, 8), i => outcomes[i] is null);
        Assert.All(outcomes.Where(outcome => outcome is not null), outcome => Assert.IsType<InconsistentStateException>(outcome));
        Assert.Equal($"{winner}", (await Read(Grain())).State.Text);
    }

    [Fact]
    public async Task Writes_OfManyGrainsAtOnce_AreAllKept()
    {
        await Task.WhenAll(Enumerable.Range(0, ManyGrains).Select(async i =>
        {
            var state = await Write(Grain($"{i}"), "first");
            await Write(Grain($"{i}"), $"{i}", state.ETag);
        }));
        await Reopen();

        for (var i = 0; i < ManyGrains; i++)
            Assert.Equal($"{i}", (await Read(Grain($"{i}"))).State.Text);
    }
}

[GenerateSerializer, Alias("test.stored-thing")]
public sealed class StoredThing
{
    [Id(0)]
    public string Text { get; set; } = "";
}
