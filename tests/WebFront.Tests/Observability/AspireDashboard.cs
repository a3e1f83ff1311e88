using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;

namespace ChatOrleans.WebFront.Tests.Observability;

/// <summary>
/// .NET Aspire's dashboard in a process of its own: a collector that is not of our making takes traces and metrics by OTLP over
/// gRPC, and tells by HTTP what it made of them.
/// </summary>
internal sealed class AspireDashboard : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private AspireDashboard(Process process) => _process = process;

    /// <summary>Where it takes OTLP.</summary>
    public string Collector { get; private set; } = "";

    public static async Task<AspireDashboard> Start()
    {
        var program = typeof(AspireDashboard).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Dashboard").Value!;
        var start = new ProcessStartInfo(program)
        {
            // Its pages lie beside it.
            WorkingDirectory = Path.GetDirectoryName(program),
            RedirectStandardOutput = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://127.0.0.1:0",
                ["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] = "true",
            },
        };
        var dashboard = new AspireDashboard(Process.Start(start)!);
        try
        {
            dashboard._http.BaseAddress = new Uri(await dashboard.Told("Now listening on: "));
            dashboard.Collector = await dashboard.Told("OTLP/gRPC listening on: ");
        }
        catch
        {
            await dashboard.DisposeAsync();
            throw;
        }

        // What it still says is read, lest it waits for that.
        _ = dashboard._process.StandardOutput.ReadToEndAsync();
        return dashboard;
    }

    /// <summary>Who sent something: name, instance, whether traces and metrics.</summary>
    public async Task<List<JsonElement>> Resources() => [.. (await Get("/api/telemetry/resources")).EnumerateArray()];

    /// <summary>Spans of all traces, each with traceId, spanId, parentSpanId and name as OTLP has them.</summary>
    public async Task<List<JsonElement>> Spans() =>
    [
        .. (await Get("/api/telemetry/traces?limit=1000")).GetProperty("data").GetProperty("resourceSpans").EnumerateArray()
            .SelectMany(resource => resource.GetProperty("scopeSpans").EnumerateArray())
            .SelectMany(scope => scope.GetProperty("spans").EnumerateArray()),
    ];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private Task<JsonElement> Get(string path) => _http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>What stands behind some words in the next line that has them.</summary>
    private async Task<string> Told(string words)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.IndexOf(words, StringComparison.Ordinal) is >= 0 and var at)
            {
                return line[(at + words.Length)..].Trim();
            }
        }

        throw new InvalidOperationException($"The dashboard ended before it said: {words}");
    }
}
