using System.Net.Http.Json;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Clusters;

namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>The real server as a process of its own: alone on a data directory that outlives it, or a member of a cluster.</summary>
public sealed class WebFrontProcess : MemberProcess
{
    private const string Store = "store";
    private const string Files = "files";

    private readonly bool _ownsData;

    /// <summary>Signing in waits as long as a busy machine takes: it is no question whether the process answers.</summary>
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Alone, on a data directory of its own.</summary>
    public WebFrontProcess(IReadOnlyDictionary<string, string>? environment = null)
        : this(Directory.CreateTempSubdirectory("chat-").FullName, environment ?? new Dictionary<string, string>())
    {
    }

    /// <summary>A member of a cluster, as <paramref name="environment"/> says.</summary>
    public WebFrontProcess(string name, string directory, IReadOnlyDictionary<string, string> environment)
        : base(name, "WebFrontDll", Ports.Free(), directory, environment) => Data = directory;

    private WebFrontProcess(string data, IReadOnlyDictionary<string, string> environment)
        : base("web front", "WebFrontDll", Ports.Free(), Directory.CreateDirectory(Path.Combine(data, Files)).FullName, new Dictionary<string, string>(environment) { ["Storage__Path"] = Path.Combine(data, Store) }) =>
        (Data, _ownsData) = (data, true);

    public string Data { get; }

    /// <summary>What it must not tell; shared by the fronts of a cluster.</summary>
    public Unsaid Unsaid { get; init; } = new();

    public Uri Socket => new($"ws://127.0.0.1:{Port}/ws/notifications/");

    public async Task<string> Token(string user, string? scope = null)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Http, "/api/auth/token"), new { user_id = user, name = $"{user} {Unsaid.Word}", scope });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        Unsaid.Token(token);
        return token;
    }

    public async Task<RestClient> SignIn(string user, string? scope = null) => new(Http, user, await Token(user, scope));

    /// <summary>Of its clients, in what it has printed, the files beside its store, and the store's own log.</summary>
    public void AssertTellsNothing() => Unsaid.AssertToldByNobody(
        [this], [.. Unsaid.FilesBelow(Path.Combine(Data, Files)), .. Directory.EnumerateFiles(Path.Combine(Data, Store), "LOG*")]);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }
}
