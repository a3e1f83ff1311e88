using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage.Memory;
using ChatOrleans.Testing;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>That the faults which other tests plan are the faults that happen.</summary>
public sealed class FaultyStoreTests
{
    private static readonly LogOwner s_owner = new("conversation/lounge");
    private readonly FaultyLogStore _store = new(new MemoryLogStore());

    private static LogWrite Begin => new() { Owner = s_owner, ExpectedGeneration = 0, Generation = 1 };

    [Fact]
    public async Task FailBefore_StoresNothing()
    {
        _store.Writes.Add(WriteFault.FailBefore);

        await Assert.ThrowsAsync<LogUnavailableException>(() => _store.Write(Begin));
        Assert.Equal(0, (await _store.ReadHead(s_owner)).Generation);
        await _store.Write(Begin);
    }

    [Fact]
    public async Task FailAfter_StoresTheWrite()
    {
        _store.Writes.Add(WriteFault.FailAfter, write => write.Owner == s_owner);

        await Assert.ThrowsAsync<LogUnavailableException>(() => _store.Write(Begin));
        Assert.Equal(1, (await _store.ReadHead(s_owner)).Generation);
    }

    [Fact]
    public async Task Stall_HoldsTheWriteUntilReleased()
    {
        var stall = _store.Writes.Add(WriteFault.StallBefore);
        var write = _store.Write(Begin);
        await stall.Reached;

        Assert.False(write.IsCompleted);
        Assert.Equal(0, (await _store.ReadHead(s_owner)).Generation);
        stall.Release();
        await write;
        Assert.Equal(1, (await _store.ReadHead(s_owner)).Generation);
    }
}
