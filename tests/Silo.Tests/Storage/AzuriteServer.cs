using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>
/// Azurite's tables, of the tests' own: on a free port of loopback, with an account and a directory of its own. The program is
/// <c>azurite-table</c> on the PATH, or what <c>AZURITE_TABLE</c> names.
/// </summary>
public sealed class AzuriteServer : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly string _directory = Directory.CreateTempSubdirectory("chat-azurite-").FullName;
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
    private readonly int _port = Ports.Free();
    private Process? _process;

    public string Address => $"http://127.0.0.1:{_port}";

    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName=chat;AccountKey={_key};TableEndpoint={Address}/chat;";

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("AZURITE_TABLE") ?? "azurite-table")
        {
            ArgumentList =
            {
                "--tableHost", "127.0.0.1", "--tablePort", _port.ToString(CultureInfo.InvariantCulture), "--location", _directory,
                "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            },
            Environment = { ["AZURITE_ACCOUNTS"] = $"chat:{_key}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(
                "These tests need azurite-table on the PATH, or named by AZURITE_TABLE (npm install azurite).", missing);
        }

        // Read on, or a full pipe would stop it.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        while (!await Answers())
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > s_patience)
                throw new TimeoutException($"azurite-table on port {_port} did not answer within {s_patience.TotalSeconds} s.");
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> Answers()
    {
        try
        {
            await new TableServiceClient(ConnectionString, new TableClientOptions { Retry = { MaxRetries = 0 } }).GetTableClient("probe").CreateIfNotExistsAsync();
            return true;
        }
        catch (Azure.RequestFailedException)
        {
            return false;
        }
    }
}

/// <summary>One Azurite for all classes of the collection; their tests use owners of their own.</summary>
[CollectionDefinition(nameof(AzuriteServer))]
public sealed class AzuriteServerCollection : ICollectionFixture<AzuriteServer>;
