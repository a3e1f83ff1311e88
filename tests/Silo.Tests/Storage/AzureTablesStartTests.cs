using System.Net;
using System.Net.Sockets;
using ChatOrleans.Silo.Storage.AzureTables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>A start before the tables answer: it waits, and says for what and why.</summary>
public sealed class AzureTablesStartTests : IDisposable
{
    private readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Start_BeforeTheAccount_SaysWhatItWaitsFor_AndGoesOnOnceItAnswers()
    {
        var azurite = new AzuriteServer();
        await using var services = With(azurite.ConnectionString);
        var start = services.GetRequiredService<AzureTablesConnection>().Start();

        await Warned($"Waiting for Azure Tables at {azurite.Address} (Storage:AzureTables): Connection refused");

        await azurite.InitializeAsync();
        try
        {
            await start.WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            await azurite.DisposeAsync();
        }

        Assert.Equal(
            [$"No longer waiting for Azure Tables at {azurite.Address} (Storage:AzureTables): it answers.", $"Storing in Azure Tables at {azurite.Address}."],
            _log.All.Where(line => line.Level == LogLevel.Information).Select(line => line.Text.Trim()));
    }

    /// <summary>Connects, and never answers.</summary>
    [Fact]
    public async Task Start_WhereTheAccountHangs_SaysSoWithoutItsSecrets_AndEndsWhenTold()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = $"http://{silent.LocalEndpoint}";
        await using var services = With($"TableEndpoint={address}/chat;SharedAccessSignature=sv=2024-08-04&sig=secret");
        using var stop = new CancellationTokenSource();
        var start = services.GetRequiredService<AzureTablesConnection>().Start(stop.Token);

        await Warned($"Waiting for Azure Tables at {address} (Storage:AzureTables): no answer yet");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private async Task Warned(string text)
    {
        await Eventually.Is(() => _log.All.Any(line => line.Level == LogLevel.Warning && line.Text.Trim() == text), text);
        Assert.DoesNotContain(_log.All, line => line.Text.Contains("secret", StringComparison.Ordinal));
    }

    private ServiceProvider With(string account) => new ServiceCollection()
        .AddLogging(logging => logging.AddProvider(_log))
        .AddAzureTablesStorage(options => options.AzureTables = account)
        .BuildServiceProvider();
}
