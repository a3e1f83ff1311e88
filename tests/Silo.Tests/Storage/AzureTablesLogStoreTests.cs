using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage.AzureTables;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

[Collection(nameof(AzuriteServer))]
public sealed class AzureTablesLogStoreTests(AzuriteServer server) : LogStoreSpecification
{
    private ServiceProvider? _services;

    protected override int LargestRow => AzureTablesBytes.MaxLength - 1_000;

    // Azurite answers a few hundred calls a second.
    protected override int ManyOwners => 60;

    protected override int ModelRuns => 15;

    protected override async ValueTask<ILogStore> Open()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddAzureTablesStorage(options => options.AzureTables = server.ConnectionString)
            .BuildServiceProvider();
        await _services.GetRequiredService<AzureTablesConnection>().Start();
        return _services.GetRequiredService<ILogStore>();
    }

    protected override async ValueTask Close()
    {
        if (_services is not null)
            await _services.DisposeAsync();
    }

    /// <summary>A write that needs several transactions, given up between them: nothing of it counts, then or later.</summary>
    [Fact]
    public async Task Write_GivenUpBetweenItsTransactions_LeavesNothing()
    {
        await Store.Write(Write(Owner(), 0, 1) with
        {
            Appends = [Append(LogTrack.Messages, 1, "a")],
            Keys = [new LogKey("k0", Bytes("before"))],
        });
        var before = await Picture(Owner());
        var table = _services!.GetRequiredService<AzureTablesConnection>().Logs;
        var partition = AzureTablesText.Escape(Owner().Value);
        var head = await AzureTablesWriter.ReadHead(table, partition, default);
        var batch = new AzureTablesBatch(partition, Many(1, 1));

        var staging = head with { Attempts = 1, Staging = 1 };
        await foreach (var actions in batch.Staged(1, staging, async row =>
            await table.GetEntityIfExistsAsync<Azure.Data.Tables.TableEntity>(partition, row) is { HasValue: true } found ? found.Value : null))
        {
            actions.Insert(0, staging.Action(partition));
            staging = staging with { ETag = (await table.SubmitTransactionAsync(actions)).Value[0].Headers.ETag!.Value };
        }

        Assert.Equal(before, await Picture(Owner()));
        await Reopen();
        await Store.Write(Write(Owner(), 1, 2) with { Appends = [Append(LogTrack.Messages, 2, "b")] });
        Assert.Equal(["a", "b"], await Messages(Owner()));
        Assert.Equal(["k0"], (await Scan(Owner())).Select(pair => pair.Key));
        Assert.Equal("before", await Key(Owner(), "k0"));

        await Store.Write(Many(2, 2) with { Appends = [Append(LogTrack.Messages, 3, [.. Enumerable.Range(3, 150).Select(i => $"{i}")])] });
        Assert.Equal(152, (await Messages(Owner())).Length);
        Assert.Equal("k0", await Key(Owner(), "k0"));
        Assert.Equal(150, (await Scan(Owner())).Count);
    }

    private LogWrite Many(long expected, long first) => Write(Owner(), expected, expected) with
    {
        Appends = [Append(LogTrack.Messages, first + 1, [.. Enumerable.Range(0, 150).Select(i => $"{i}")])],
        Keys = [.. Enumerable.Range(0, 150).Select(i => new LogKey($"k{i}", Bytes($"k{i}")))],
    };
}
