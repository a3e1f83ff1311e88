using System.Globalization;
using System.Net;
using System.Reflection;
using ChatOrleans.Cluster.Tests.Clients;

namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>A process of the product: tells of its health and its meters at a port of loopback.</summary>
public class MemberProcess(string name, string dll, int port, string directory, IReadOnlyDictionary<string, string> environment)
    : NodeProcess("dotnet", [PathOf(dll)], directory, With(environment, port))
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public string Name => name;

    public int Port => port;

    public Uri Http => new($"http://127.0.0.1:{port}");

    /// <summary>Starts and waits until it says that it is ready.</summary>
    public async Task Start()
    {
        Launch();
        await Ready();
    }

    public Task Ready() => Wait.Until(IsReady, TimeSpan.FromSeconds(90), () => $"{name} to be ready. It says:\n{Log}");

    public async Task<bool> IsReady()
    {
        AssertRunning();
        try
        {
            using var answer = await _http.GetAsync(new Uri(Http, "/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (Outage.Is(e))
        {
            return false;
        }
    }

    /// <summary>The sum of a meter over its labels; null while it was never touched, or the process does not answer.</summary>
    public async Task<double?> Meter(string meter)
    {
        try
        {
            var lines = (await _http.GetStringAsync(new Uri(Http, "/metrics"))).Split('\n')
                .Where(line => line.StartsWith(meter, StringComparison.Ordinal) && line[meter.Length..] is ['{' or ' ', ..])
                .Select(line => double.Parse(line.Split("} ")[^1].Split(' ') is [var value, ..] && line.Contains('{', StringComparison.Ordinal)
                    ? value
                    : line.Split(' ')[1], CultureInfo.InvariantCulture))
                .ToList();
            return lines.Count == 0 ? null : lines.Sum();
        }
        catch (Exception e) when (Outage.Is(e))
        {
            return null;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string PathOf(string dll) => typeof(MemberProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == dll).Value!;

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> environment, int port)
    {
        var with = new Dictionary<string, string>(environment)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
        };
        // The tests write far faster than people do; those of the limits themselves say which they want.
        foreach (var limit in new[] { "CommandsPerSecond", "CommandBurst", "ReadsPerSecond", "ReadBurst", "ConnectsPerAddress", "ConnectsPerSecond" })
        {
            with.TryAdd($"Limits__{limit}", "100000");
        }

        with.TryAdd("Limits__ConnectionsPerUser", "1000");
        with.TryAdd("Grains__ErasureGrace", "00:00:00");
        return with;
    }
}
