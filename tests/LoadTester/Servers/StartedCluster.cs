namespace ChatOrleans.LoadTester.Servers;

/// <summary>Members of one cluster as processes, over a Redis of their own that stores before it answers. People come in through all fronts.</summary>
internal sealed class StartedCluster : IAsyncDisposable
{
    private readonly ServerProcess _members = new();
    private readonly ServerProcess _redis = new();
    private Fronts _fronts = new([]);

    /// <summary>What the store uses of the machine; the members' use is told by <see cref="Server"/>.</summary>
    public TimeSpan RedisCpu => _redis.Cpu;

    public StartedServer Server => new("cluster", _fronts, _members, StartedServer.Raised);

    public static async Task<StartedCluster> Start(int fronts, int silos, string? environment, CancellationToken cancellationToken)
    {
        var front = await Programs.Publish("src/WebFront", "ChatOrleans.WebFront.dll", cancellationToken);
        var silo = silos > 0 ? await Programs.Publish("src/Silo", "ChatOrleans.Silo.dll", cancellationToken) : "";
        var cluster = new StartedCluster();
        try
        {
            var redis = $"127.0.0.1:{cluster._redis.Address.Port}";
            cluster._redis.Run("redis-server", [
                "--bind", "127.0.0.1", "--port", $"{cluster._redis.Address.Port}", "--dir", cluster._redis.DataDirectory, "--save", "",
                "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"]);
            var addresses = new List<Uri>();
            for (var i = 0; i < fronts + silos; i++)
            {
                var address = i == 0 ? cluster._members.Address : new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}");
                await cluster.Add(i < fronts ? front : silo, address, redis, environment, cancellationToken);
                addresses.Add(address);
            }

            cluster._fronts = new([.. addresses.Take(fronts).Select(address => new ChatOrleansServer(address, StartedServer.LoadKey, "flat"))]);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _fronts.Dispose();
        await _members.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private async Task Add(string program, Uri address, string redis, string? more, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(StartedServer.Raised)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["Auth__SigningKey"] = StartedServer.LoadKey,
            ["Cluster__Profile"] = "Redis",
            ["Cluster__AdvertisedAddress"] = "127.0.0.1",
            ["Storage__Redis"] = redis,
        };
        foreach (var pair in more?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            environment[pair[..at]] = pair[(at + 1)..];
        }

        _members.Run("dotnet", [program], environment);
        await _members.Ready("/health/ready", cancellationToken, address);
    }
}
