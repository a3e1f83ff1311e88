using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Servers;

/// <summary>What a run loads: a server, and its process where this run started it.</summary>
internal sealed record StartedServer(string Name, IChatServer Server, ServerProcess? Process, IReadOnlyDictionary<string, string> Settings)
    : IAsyncDisposable
{
    private const string DevelopmentKey = "chat-orleans-development-key-that-everybody-knows";
    public const string LoadKey = "a-key-for-servers-that-the-load-tester-starts-and-ends";

    /// <summary>One user of a load does what thousands do in life, so what protects from one user is raised. The report prints it.</summary>
    public static Dictionary<string, string> Raised => new()
    {
        ["Limits__Members"] = "10000",
        ["Limits__CommandsPerSecond"] = "1000000",
        ["Limits__CommandBurst"] = "1000000",
        ["Limits__ReadsPerSecond"] = "1000000",
        ["Limits__ReadBurst"] = "1000000",
        ["Limits__ConnectionsPerUser"] = "1000",
        ["Limits__ConnectsPerAddress"] = "1000000",
        ["Limits__ConnectsPerSecond"] = "1000000",
    };

    public static async Task<StartedServer> Open(LoadOptions options, CancellationToken cancellationToken)
    {
        if (options.Url is { } url)
        {
            var key = options.SigningKey ?? DevelopmentKey;
            var fronts = new Fronts([.. url.Split(',').Select(front => new ChatOrleansServer(new Uri(front), key, options.Format))]);
            return new("server at " + url, fronts, null,
                new Dictionary<string, string> { ["rate limits"] = "as the server has them: raise Limits:* there for a load" });
        }

        var program = options.Server is { } given ? Path.GetFullPath(given) : await Programs.Publish("src/WebFront", "ChatOrleans.WebFront.dll", cancellationToken);
        var process = new ServerProcess(options.Data);
        try
        {
            var settings = Raised;
            foreach (var pair in options.Environment?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                var at = pair.IndexOf('=', StringComparison.Ordinal);
                settings[pair[..at]] = pair[(at + 1)..];
            }

            var environment = new Dictionary<string, string>(settings)
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = process.Address.ToString(),
                ["Auth__SigningKey"] = LoadKey,
                ["Storage__Path"] = Path.Combine(process.DataDirectory, "store"),
            };
            process.Run("dotnet", [program], environment);
            await process.Ready("/health/ready", cancellationToken);
            return new("ChatOrleans", new Fronts([new ChatOrleansServer(process.Address, LoadKey, options.Format)]), process, settings);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        (Server as IDisposable)?.Dispose();
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }
    }
}
