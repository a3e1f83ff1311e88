using System.Net;
using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using StackExchange.Redis;

namespace ChatOrleans.Silo.Storage.Redis;

/// <summary>
/// A process's connection to Redis. Starting it waits for as long as Redis is not there, and says so; then it refuses a Redis that
/// may forget what it acknowledged. A lost connection makes every call fail at once until it is back, by itself.
/// </summary>
public sealed partial class RedisConnection(IOptions<RedisStoreOptions> options, TimeProvider time, ILogger<RedisConnection> log)
    : ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    private const int PausesBetweenWords = 10;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly ILogger _log = log;
    private volatile ConnectionMultiplexer? _multiplexer;

    internal RedisStoreOptions Options => options.Value;

    internal ConnectionMultiplexer Multiplexer => _multiplexer ?? throw new LogUnavailableException("Redis is not connected yet.");

    internal IDatabase Database => Multiplexer.GetDatabase();

    /// <summary>What every connection to this Redis is made with: no call waits for a connection to come back.</summary>
    internal static ConfigurationOptions Configure(string redis)
    {
        var configuration = ConfigurationOptions.Parse(redis);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        // Its own policy waits up to a minute between attempts: much longer than a restart of Redis takes.
        configuration.ReconnectRetryPolicy = new LinearRetry((int)s_pause.TotalMilliseconds);
        return configuration;
    }

    /// <summary>Waits for as long as Redis is not there, and says so now and then.</summary>
    internal static async Task WaitUntilThere(
        ConnectionMultiplexer multiplexer, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        for (var waits = 0; !await IsThere(multiplexer); waits++)
        {
            if (waits % PausesBetweenWords == 0)
                Waiting(log, string.Join(", ", multiplexer.GetEndPoints().Select(EndPointText)));
            await Task.Delay(s_pause, time, cancellationToken);
        }
    }

    /// <summary>Before all else: nothing of a member works without its Redis.</summary>
    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(RedisConnection), ServiceLifecycleStage.First, Start);

    /// <summary>Throws <see cref="StorageStartException"/> where Redis does not keep what it acknowledges.</summary>
    public async Task Start(CancellationToken cancellationToken = default)
    {
        var configuration = Configure(Options.Redis);
        var endpoints = string.Join(", ", configuration.EndPoints.Select(EndPointText));
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
        _multiplexer = multiplexer;
        await WaitUntilThere(multiplexer, time, _log, cancellationToken);
        await CheckDurability(multiplexer.GetDatabase(), endpoints);
        Connected(endpoints);
    }

    public async ValueTask DisposeAsync()
    {
        if (_multiplexer is { } multiplexer)
            await multiplexer.DisposeAsync();
    }

    private static string EndPointText(EndPoint endpoint) => EndPointCollection.ToString(endpoint);

    private static async Task<bool> IsThere(ConnectionMultiplexer multiplexer)
    {
        try
        {
            await multiplexer.GetDatabase().PingAsync();
            return true;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            // A timeout is no RedisException: it hangs, or its machine does.
            return false;
        }
    }

    private async Task CheckDurability(IDatabase database, string endpoints)
    {
        var wrong = new List<string>();
        foreach (var (setting, needed) in new[] { ("appendonly", "yes"), ("appendfsync", "always"), ("maxmemory-policy", "noeviction") })
            if (await Setting(database, setting) is var value && value != needed)
                wrong.Add($"{setting} is {value}, not {needed}");
        if (wrong.Count == 0)
            return;
        var found = string.Join("; ", wrong);
        if (!Options.AcceptWeakDurability)
            throw new StorageStartException(
                $"Storage:Redis = {endpoints}: this Redis may lose messages that it acknowledged ({found}). Configure it so, or set " +
                "Storage:AcceptWeakDurability to true to live with the loss.");
        Weak(endpoints, found);
    }

    private static async Task<string> Setting(IDatabase database, string setting)
    {
        try
        {
            var answer = (RedisResult[]?)await database.ExecuteAsync("CONFIG", "GET", setting);
            return answer is { Length: 2 } ? (string?)answer[1] ?? "unknown" : "unknown";
        }
        catch (RedisServerException)
        {
            // Where an operator runs Redis for us, it often does not tell.
            return "not told";
        }
    }
}
