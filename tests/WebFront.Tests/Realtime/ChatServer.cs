using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Frames;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>The whole product in this process behind a real Kestrel on a free port of the loopback, storing in memory.</summary>
public class ChatServer : IDisposable
{
    private readonly Factory _factory;
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();
    private readonly ConcurrentDictionary<string, string> _scopes = new();

    public ChatServer()
        : this([])
    {
    }

    internal ChatServer(params (string Key, string Value)[] settings)
        : this(_ => { }, settings)
    {
    }

    /// <param name="time">The clock of the whole server.</param>
    internal ChatServer(TimeProvider time, params (string Key, string Value)[] settings)
        : this(services => services.AddSingleton(time), settings)
    {
    }

    /// <param name="configure">Services that come last: a clock, a fault.</param>
    internal ChatServer(Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        _factory = new Factory(configure, settings);
        _factory.UseKestrel(0);
        _factory.StartServer();
        Address = _factory.ClientOptions.BaseAddress;
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IGrainFactory Grains => _factory.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _factory.Services;

    /// <summary>As a signal to the process would.</summary>
    public void BeginStop() => _factory.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    public Uri SocketAddress(string query) => new($"ws://{Address.Authority}/ws/notifications/?{query}");

    /// <summary>From now on the user's tokens have these scopes.</summary>
    public void Grant(string user, string scope)
    {
        _scopes[user] = scope;
        _tokens.TryRemove(user, out _);
    }

    public Task<string> Token(string user) => _tokens.GetOrAdd(user, async name =>
    {
        var body = new { user_id = name, name = char.ToUpperInvariant(name[0]) + name[1..], scope = _scopes.GetValueOrDefault(name) };
        using var response = await Http.PostAsJsonAsync("/api/auth/token", body);
        response.EnsureSuccessStatusCode();
        return (string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
    });

    /// <summary>One REST call as a user; null where the answer has no body.</summary>
    public async Task<JsonNode?> Call(string user, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(user));
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? text.Length == 0 ? null : JsonNode.Parse(text)
            : throw new InvalidOperationException($"{method} {path} answered {(int)response.StatusCode}: {text}");
    }

    /// <summary>A group of these; the first creates it. Answers its id.</summary>
    public async Task<string> Room(params string[] users) => (string)(await Call(users[0], HttpMethod.Post, "/api/conversations", new
    {
        kind = "group",
        title = "lounge",
        members = users.Skip(1).Select(user => new { user_id = user }).ToArray(),
    }))!["id"]!;

    public async Task<JsonNode> Post(string user, string room, string text) =>
        (await Call(user, HttpMethod.Post, $"/api/conversations/{room}/messages", new { text }))!;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Http.Dispose();
            _factory.Dispose();
        }
    }

    private sealed class Factory(Action<IServiceCollection> configure, (string Key, string Value)[] settings) : WebApplicationFactory<FrameBuffer>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment(Environments.Development);
            builder.UseSetting("Cluster:Profile", "Memory");
            builder.UseSetting("Cluster:SiloPort", "0");
            builder.UseSetting("Auth:AllowUserIdWithoutToken", "true");
            builder.ConfigureTestServices(configure);
            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            foreach (var (key, value) in Hosting.ChatServer.Roomy)
            {
                builder.UseSetting(key, value);
            }

            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
            }
        }
    }
}
