using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>What every <see cref="IStoreCatalog"/> keeps, of a store that may hold what other tests have left there.</summary>
public abstract class StoreCatalogSpecification : IAsyncLifetime
{
    private readonly string _test = Guid.NewGuid().ToString("N")[..12];
    private ServiceProvider _services = null!;
    private SiloLifecycleSubject _lifecycle = null!;

    private ILogStore Logs => _services.GetRequiredService<ILogStore>();

    private IGrainStorage States => _services.GetRequiredKeyedService<IGrainStorage>(StorageHosting.Name);

    private IStoreCatalog Catalog => _services.GetRequiredService<IStoreCatalog>();

    /// <summary>Adds the storage as a process without a silo would.</summary>
    protected abstract void Add(IServiceCollection services);

    public async Task InitializeAsync()
    {
        var services = new ServiceCollection().AddLogging().AddSerializer();
        services.Configure<Orleans.Configuration.ClusterOptions>(cluster => cluster.ServiceId = "chat");
        Add(services);
        _services = services.BuildServiceProvider();
        _lifecycle = new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance);
        foreach (var participant in _services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
            participant.Participate(_lifecycle);
        await _lifecycle.OnStart();
    }

    public async Task DisposeAsync()
    {
        await _lifecycle.OnStop();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Owners_AreListedOnceInOrder_WhateverTheyHold()
    {
        string[] ids = ["ada", "ada-2", "ada.b", "grace@example.org", "linus"];
        var owners = ids.Select(id => Owner("user", id)).Append(Owner("conversation", "lounge")).Append(Owner("recovery", "0")).ToList();
        foreach (var owner in Enumerable.Reverse(owners))
            await Write(owner, 1);
        // Many rows, keys alone, nothing at all, and a second write: each is one owner.
        await Logs.Write(Of(owners[0], 1, 2) with { Appends = [new LogAppend(LogTrack.Feed, 1, [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[10], 300)])] });
        await Logs.Write(Of(owners[^1], 1, 1) with { Keys = [new LogKey("lounge", Array.Empty<byte>())] });

        var listed = await Listed(null);

        Assert.Equal(owners.Select(owner => owner.Value).Order(StringComparer.Ordinal), listed);
        Assert.Equal(listed[3..], await Listed(listed[2]));
        Assert.Empty(await Listed(listed[^1]));
    }

    [Fact]
    public async Task Owners_WhenAskedAfterOneThatIsNotThere_GoOnBehindIt()
    {
        await Write(Owner("user", "ada"), 1);
        await Write(Owner("user", "linus"), 1);

        Assert.Equal([Owner("user", "linus").Value], await Listed(Owner("user", "grace").Value));
    }

    [Fact]
    public async Task States_AreListedOnce_AndReadAsTheirBytes()
    {
        var ada = GrainId.Create("user", $"{_test}ada@example.org");
        var lounge = GrainId.Create("conversation", $"conv_{_test}");
        await Store(ada, "inbox", "hello");
        await Store(ada, "profile", "Ada");
        await Store(lounge, "conversation", "lounge");
        var cleared = await Store(lounge, "gone", "gone");
        await States.ClearStateAsync("gone", lounge, cleared);

        var listed = new List<StateName>();
        await foreach (var name in Catalog.States())
            if (name.Grain.Key.ToString()!.Contains(_test, StringComparison.Ordinal))
                listed.Add(name);

        Assert.Equivalent(new[] { new StateName(ada, "inbox"), new StateName(ada, "profile"), new StateName(lounge, "conversation") }, listed, strict: true);
        var stored = new GrainState<StoredBytes>();
        await States.ReadStateAsync("profile", ada, stored);
        Assert.Equal(_services.GetRequiredService<Serializer>().SerializeToArray(new StoredThing { Text = "Ada" }), stored.State!.Bytes.ToArray());
    }

    [Fact]
    public async Task State_WrittenAsBytes_IsReadAsItsType()
    {
        var linus = GrainId.Create("user", $"{_test}linus");
        var bytes = _services.GetRequiredService<Serializer>().SerializeToArray(new StoredThing { Text = "hello" });
        var none = new GrainState<StoredBytes>();
        await States.ReadStateAsync("inbox", linus, none);
        Assert.False(none.RecordExists);
        none.State = new StoredBytes { Bytes = bytes };
        await States.WriteStateAsync("inbox", linus, none);

        var read = new GrainState<StoredThing>(new StoredThing());
        await States.ReadStateAsync("inbox", linus, read);
        Assert.Equal("hello", read.State!.Text);
        Assert.Equal(none.ETag, read.ETag);
    }

    private LogOwner Owner(string kind, string id) => new($"{kind}/{_test}{id}");

    private static LogWrite Of(LogOwner owner, long expected, long generation) => new() { Owner = owner, ExpectedGeneration = expected, Generation = generation };

    private Task Write(LogOwner owner, long generation) => Logs.Write(Of(owner, 0, generation));

    private async Task<GrainState<StoredThing>> Store(GrainId grain, string name, string text)
    {
        var state = new GrainState<StoredThing>(new StoredThing { Text = text });
        await States.WriteStateAsync(name, grain, state);
        return state;
    }

    /// <summary>Those of this test.</summary>
    private async Task<string[]> Listed(string? after)
    {
        var listed = new List<string>();
        await foreach (var owner in Catalog.Owners(after is null ? null : new LogOwner(after)))
            if (owner.Value.Contains(_test, StringComparison.Ordinal))
                listed.Add(owner.Value);
        return [.. listed];
    }
}
