using Azure.Data.Tables;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.AzureTables;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

[Collection(nameof(AzuriteServer))]
public sealed class AzureTablesGrainStorageTests(AzuriteServer server) : GrainStorageSpecification
{
    private ServiceProvider? _services;

    // Azurite answers a few hundred calls a second.
    protected override int ManyGrains => 60;

    protected override async ValueTask<IGrainStorage> Open()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSerializer()
            .Configure<ClusterOptions>(cluster => cluster.ServiceId = "chat")
            .AddAzureTablesStorage(options => options.AzureTables = server.ConnectionString)
            .BuildServiceProvider();
        await _services.GetRequiredService<AzureTablesConnection>().Start();
        return _services.GetRequiredKeyedService<IGrainStorage>(StorageHosting.Name);
    }

    [Fact]
    public async Task Write_OfWhatOneRowDoesNotHold_LeavesNothingBehindOnceItIsSmaller_OrCleared()
    {
        var grain = Grain();
        var tag = (await Write(grain, Text(2_000_000))).ETag;
        Assert.Equal(3, await Rows(grain));

        tag = (await Write(grain, Text(1_000_000), tag)).ETag;
        Assert.Equal(2, await Rows(grain));
        Assert.Equal(Text(1_000_000), (await Read(grain)).State.Text);

        tag = (await Write(grain, Text(10), tag)).ETag;
        Assert.Equal(1, await Rows(grain));

        await Write(grain, Text(1_500_000), tag);
        var state = await Read(grain);
        await Storage.ClearStateAsync("head", grain, state);
        Assert.Equal(0, await Rows(grain));
    }

    [Fact]
    public async Task Write_OfWhatOneRowDoesNotHold_IsOneStateForWhoLists_AndRefusedToAnOldActivation()
    {
        var grain = Grain();
        var first = await Write(grain, Text(1_500_000));
        var second = await Write(grain, Text(2_000_000), first.ETag);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(grain, Text(1_600_000), first.ETag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(grain, Text(10), first.ETag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("head", grain, first));

        Assert.Equal((Text(2_000_000), second.ETag), ((await Read(grain)).State.Text, (await Read(grain)).ETag));
        var listed = 0;
        await foreach (var state in _services!.GetRequiredService<IStoreCatalog>().States())
            listed += state.Grain == grain ? 1 : 0;
        Assert.Equal(1, listed);
    }

    [Fact]
    public async Task Write_OfMoreThanATransactionTakes_SaysSo() =>
        Assert.Contains("2800000", (await Assert.ThrowsAsync<ArgumentException>(() => Write(Grain(), Text(3_000_000)))).Message, StringComparison.Ordinal);

    private static string Text(int length) => new('x', length);

    private async Task<int> Rows(GrainId grain)
    {
        var count = 0;
        var key = grain.Key.ToString()!;
        await foreach (var row in _services!.GetRequiredService<AzureTablesConnection>().States.QueryAsync<TableEntity>(select: ["PartitionKey", "RowKey"]))
            count += row.PartitionKey.EndsWith(key, StringComparison.Ordinal) ? 1 : 0;
        return count;
    }

    protected override async ValueTask Close()
    {
        if (_services is not null)
            await _services.DisposeAsync();
    }
}
