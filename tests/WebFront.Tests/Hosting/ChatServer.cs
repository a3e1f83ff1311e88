using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>
/// The product as it is, in this process: Kestrel on a free port of loopback, RocksDB in a directory of its own, every log line kept.
/// </summary>
public sealed class ChatServer : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>Tests do in a second what nobody does in a minute; those of the limits themselves say which they want.</summary>
    internal static readonly Dictionary<string, string?> Roomy = new[]
        { "CommandsPerSecond", "CommandBurst", "ReadsPerSecond", "ReadBurst", "ConnectionsPerUser", "ConnectsPerAddress", "ConnectsPerSecond" }
        .ToDictionary(key => $"Limits:{key}", string? (_) => "100000");

    private readonly string _directory;
    private readonly bool _ownsDirectory;
    private readonly Factory _factory;

    public ChatServer()
        : this(new Dictionary<string, string?>())
    {
    }

    private ChatServer(Dictionary<string, string?> settings, string? directory = null, string environment = "Development")
    {
        _ownsDirectory = directory is null;
        _directory = directory ?? Directory.CreateTempSubdirectory("chat-webfront-").FullName;
        _factory = new Factory(Logs, environment, new Dictionary<string, string?>(Roomy.Concat(settings.Where(pair => !Roomy.ContainsKey(pair.Key))).ToDictionary(pair => pair.Key, pair => settings.GetValueOrDefault(pair.Key) ?? pair.Value))
        {
            ["Storage:Path"] = Path.Combine(_directory, "data"),
            // Elsewhere the server insists on it.
            ["Grains:ErasureGrace"] = environment == "Development" ? "00:00:00" : "00:00:30",
        });
        _factory.UseKestrel(0);
    }

    /// <param name="settings">Configuration keys and values over the defaults.</param>
    /// <param name="directory">Data of an earlier server, which must have been stopped; null: an empty one, deleted in the end.</param>
    public static async Task<ChatServer> Start(
        Dictionary<string, string?> settings, string? directory = null, string environment = "Development")
    {
        var server = new ChatServer(settings, directory, environment);
        await server.InitializeAsync();
        return server;
    }

    public LogLines Logs { get; } = new();

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _factory.Services;

    public Task InitializeAsync()
    {
        _factory.StartServer();
        var addresses = _factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new Uri(addresses.First().Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _factory.DisposeAsync();
        if (_ownsDirectory)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    /// <summary>Without a token.</summary>
    public HttpClient Stranger() => new(new SocketsHttpHandler()) { BaseAddress = Address };

    public HttpClient With(string token)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Signed in, as anybody may in Development.</summary>
    public async Task<HttpClient> As(string user, string? name = null, string? scope = null) => With(await TokenOf(user, name, scope));

    public async Task<string> TokenOf(string user, string? name = null, string? scope = null)
    {
        using var client = Stranger();
        using var response = await client.PostAsJsonAsync("/api/auth/token", new { user_id = user, name, scope });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    private sealed class Factory(LogLines logs, string environment, Dictionary<string, string?> settings) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment(environment);
            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(logs));
        }
    }
}
