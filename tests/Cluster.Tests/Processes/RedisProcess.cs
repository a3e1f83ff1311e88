using System.ComponentModel;
using System.Globalization;
using StackExchange.Redis;

namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>A redis-server of the tests' own, on a free port of loopback, as the product demands it.</summary>
public sealed class RedisProcess(string directory, int port) : NodeProcess(
    "redis-server",
    [
        "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--dir", directory, "--save", "",
        "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
    ],
    directory,
    new Dictionary<string, string>())
{
    public string Endpoint => $"127.0.0.1:{port}";

    /// <summary>Returns once it answers.</summary>
    public async Task Start()
    {
        try
        {
            Launch();
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("These tests need redis-server on the PATH (Debian: apt-get install redis-server).", missing);
        }

        await Wait.Until(Answers, TimeSpan.FromSeconds(30), () => $"redis-server to answer. It says:\n{Log}");
    }

    /// <summary>The fields of one hash; none while it does not answer.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Hash(string key)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Endpoint},connectTimeout=1000");
        return (await connection.GetDatabase().HashGetAllAsync(key)).ToDictionary(entry => entry.Name.ToString(), entry => entry.Value.ToString());
    }

    public async Task<List<string>> Keys(string pattern)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Endpoint},connectTimeout=1000");
        return [.. connection.GetServers()[0].Keys(pattern: pattern).Select(key => key.ToString())];
    }

    private async Task<bool> Answers()
    {
        AssertRunning();
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Endpoint},connectTimeout=500,connectRetry=0");
            await connection.GetDatabase().PingAsync();
            return true;
        }
        catch (RedisException)
        {
            return false;
        }
    }
}
