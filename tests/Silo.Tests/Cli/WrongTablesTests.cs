using Azure.Data.Tables;
using ChatOrleans.Silo.Tests.Storage;

namespace ChatOrleans.Silo.Tests.Cli;

/// <summary>What only reads the store leaves an account as it is, also where it was asked for tables that are not there.</summary>
[Collection(nameof(AzuriteServer))]
public sealed class WrongTablesTests(AzuriteServer azurite)
{
    [Theory]
    [InlineData("export")]
    [InlineData("restored")]
    public async Task Reading_OfAMistypedTablePrefix_IsRefused_AndCreatesNothing(string verb)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.jsonl");
        var tables = await Tables();

        var refusal = await ChatProgram.Run(
            1,
            [
                verb, .. verb == "export" ? [file] : Array.Empty<string>(), "--allow-empty", "--Cluster:Profile", "AzureStorage",
                $"--Storage:AzureTables={azurite.ConnectionString}", "--Storage:TablePrefix", "chta",
            ]);

        Assert.Contains(
            $"Storage:TablePrefix = chta: there is no table chtalogs at {azurite.Address}. Name the prefix and the account that the servers use.",
            refusal, StringComparison.Ordinal);
        Assert.Equal(tables, await Tables());
        Assert.False(File.Exists(file));
    }

    private async Task<List<string>> Tables()
    {
        var names = new List<string>();
        await foreach (var table in new TableServiceClient(azurite.ConnectionString).QueryAsync())
            names.Add(table.Name);
        return names;
    }
}
