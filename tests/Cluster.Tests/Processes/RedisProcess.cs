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
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>One for all questions, which comes back by itself after a restart.</summary>
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
    {
        EndPoints = { { "127.0.0.1", port } },
        AbortOnConnectFail = false,
        ConnectTimeout = 30_000,
        AsyncTimeout = 30_000,
        SyncTimeout = 30_000,
        ReconnectRetryPolicy = new LinearRetry(250),
    }));

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

        await Wait.Until(Answers, s_patience, () => $"redis-server to answer. It says:\n{Log}");
    }

    /// <summary>The fields of one hash.</summary>
    public Task<Dictionary<string, string>> Hash(string key) => Asked(async connection =>
        (await connection.GetDatabase().HashGetAllAsync(key)).ToDictionary(entry => entry.Name.ToString(), entry => entry.Value.ToString()));

    public Task<List<string>> Keys(string pattern) => Asked(async connection =>
    {
        var keys = new List<string>();
        await foreach (var key in connection.GetServers()[0].KeysAsync(pattern: pattern))
        {
            keys.Add(key.ToString());
        }

        return keys;
    });

    public override async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
        {
            await (await _connection.Value).DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An answer that does not come is not known yet.</summary>
    private async Task<T> Asked<T>(Func<ConnectionMultiplexer, Task<T>> question)
    {
        var connection = await _connection.Value;
        T answer = default!;
        await Wait.Until(
            async () =>
            {
                try
                {
                    answer = await question(connection);
                    return true;
                }
                catch (Exception notYet) when (notYet is RedisException or TimeoutException)
                {
                    return false;
                }
            },
            s_patience,
            () => $"an answer of redis-server. It says:\n{Log}");
        return answer;
    }

    private async Task<bool> Answers()
    {
        AssertRunning();
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Endpoint},connectTimeout=5000,connectRetry=0");
            await connection.GetDatabase().PingAsync();
            return true;
        }
        catch (Exception notYet) when (notYet is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
