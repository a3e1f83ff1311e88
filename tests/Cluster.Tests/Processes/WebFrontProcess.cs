using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;

namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>The real server as a process of its own, on a data directory that outlives it.</summary>
public sealed class WebFrontProcess : IAsyncDisposable
{
    private static readonly string _dll = typeof(WebFrontProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "WebFrontDll").Value!;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly StringBuilder _log = new();
    private readonly Dictionary<string, string> _environment;
    private Process? _process;

    public WebFrontProcess(IReadOnlyDictionary<string, string>? environment = null)
    {
        Port = FreePort();
        Data = Directory.CreateTempSubdirectory("chat-").FullName;
        _environment = new(environment ?? new Dictionary<string, string>())
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{Port}",
            ["Storage__Path"] = Path.Combine(Data, "store"),
        };
    }

    public int Port { get; }

    public string Data { get; }

    public Uri Http => new($"http://127.0.0.1:{Port}");

    public Uri Socket => new($"ws://127.0.0.1:{Port}/ws/notifications/");

    public int Starts { get; private set; }

    /// <summary>What all runs have printed so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public int ProcessId => _process!.Id;

    /// <summary>Memory of the process that lies in the machine's.</summary>
    public long ResidentBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts and waits until it says that it is ready.</summary>
    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet", [_dll])
        {
            WorkingDirectory = Data,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in _environment)
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start)!;
        Starts++;
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Wait.Until(IsReady, TimeSpan.FromSeconds(60), () => $"the server to be ready. It says:\n{Log}");
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for a clean end.</summary>
    public async Task Stop()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, _process.ExitCode);
    }

    public async Task<string> Token(string user, string? scope = null)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Http, "/api/auth/token"), new { user_id = user, name = user, scope });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public async Task<RestClient> SignIn(string user, string? scope = null) => new(Http, user, await Token(user, scope));

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await Kill();
        }

        _http.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private async Task<bool> IsReady()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"The server ended with {_process.ExitCode}. It says:\n{Log}");
        }

        try
        {
            using var answer = await _http.GetAsync(new Uri(Http, "/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void Write(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
