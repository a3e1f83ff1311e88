using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;

namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>Azurite's tables, of the tests' own: <c>azurite-table</c> of tests/Azurite, or what <c>AZURITE_TABLE</c> names.</summary>
public sealed class AzuriteProcess : NodeProcess
{
    private static readonly string _folder = typeof(AzuriteProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Azurite").Value!;

    private readonly int _port;
    private readonly string _key;

    public AzuriteProcess(string directory, int port)
        : this(directory, port, Convert.ToBase64String(RandomNumberGenerator.GetBytes(64)))
    {
    }

    private AzuriteProcess(string directory, int port, string key)
        : base(
            Environment.GetEnvironmentVariable("AZURITE_TABLE") ?? Path.Combine(_folder, "node_modules/.bin/azurite-table"),
            [
                "--tableHost", "127.0.0.1", "--tablePort", port.ToString(CultureInfo.InvariantCulture), "--location", directory,
                "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            ],
            directory,
            new Dictionary<string, string> { ["AZURITE_ACCOUNTS"] = $"chat:{key}" }) => (_port, _key) = (port, key);

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName=chat;AccountKey={_key};TableEndpoint=http://127.0.0.1:{_port}/chat;";

    /// <summary>Returns once it takes connections.</summary>
    public async Task Start()
    {
        try
        {
            Launch();
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("These tests need azurite: npm ci --prefix tests/Azurite.", missing);
        }

        await Wait.Until(Listens, TimeSpan.FromSeconds(60), () => $"azurite-table to listen. It says:\n{Log}");
    }

    private async Task<bool> Listens()
    {
        AssertRunning();
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
