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
    internal const string StorageKey = $"{RedisStoreOptions.Section}:{nameof(RedisStoreOptions.Redis)}";

    /// <summary>
    /// How long a call may take, where the operator's text sets neither <c>syncTimeout</c> nor <c>asyncTimeout</c>. The client's own 5 s
    /// end calls whose answers are there already where a machine has stood still for that long, and nobody knows of a write whether it was done.
    /// </summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly ILogger _log = log;
    private volatile ConnectionMultiplexer? _multiplexer;

    internal RedisStoreOptions Options => options.Value;

    internal ConnectionMultiplexer Multiplexer => _multiplexer ?? throw new LogUnavailableException("Redis is not connected yet.");

    internal IDatabase Database => Multiplexer.GetDatabase();

    /// <summary>What every connection to this Redis is made with: no call waits for a connection to come back.</summary>
    /// <param name="key">The setting that holds the text. Throws <see cref="StorageStartException"/> where that cannot be read.</param>
    internal static ConfigurationOptions Configure(string key, string redis)
    {
        var configuration = Parse(key, redis);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        // Its own policy waits up to a minute between attempts: much longer than a restart of Redis takes.
        configuration.ReconnectRetryPolicy = new LinearRetry((int)s_retry.TotalMilliseconds);
        return configuration;
    }

    private static ConfigurationOptions Parse(string key, string redis)
    {
        const string rule = "It must be host:port, with further options after commas, as in redis-1:6379,password=...";
        try
        {
            if (redis.Contains("://", StringComparison.Ordinal))
                throw new StorageStartException($"{key} is an address with a scheme. {rule}");
            // Of an option that stands twice, the later holds.
            return ConfigurationOptions.Parse($"syncTimeout={s_patience.TotalMilliseconds},{redis}");
        }
        catch (ArgumentException unreadable)
        {
            throw new StorageStartException($"{key} cannot be read: {unreadable.Message.Split(Environment.NewLine)[0]} {rule}");
        }
    }

    /// <summary>Waits for as long as Redis is not there, and says so.</summary>
    /// <param name="key">The setting that says where it is.</param>
    internal static async Task<ConnectionMultiplexer> Connect(
        string key, ConfigurationOptions configuration, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        // It tries several times before it answers, whether it is connected or not.
        var connecting = ConnectionMultiplexer.ConnectAsync(configuration);
        try
        {
            await new StoreWait($"Redis at {Text(configuration)} ({key})", time, log).Until(async _ => await Absence(await connecting), cancellationToken);
            return await connecting;
        }
        catch
        {
            // Of one that still connects, nobody waits for the end of that.
            if (connecting.IsCompletedSuccessfully)
                await (await connecting).DisposeAsync();
            throw;
        }
    }

    /// <summary>Before all else: nothing of a member works without its Redis.</summary>
    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(RedisConnection), ServiceLifecycleStage.First, Start);

    /// <summary>Throws <see cref="StorageStartException"/> where Redis does not keep what it acknowledges.</summary>
    public async Task Start(CancellationToken cancellationToken = default)
    {
        var configuration = Configure(StorageKey, Options.Redis);
        var endpoints = Text(configuration);
        var multiplexer = await Connect(StorageKey, configuration, time, _log, cancellationToken);
        _multiplexer = multiplexer;
        await CheckDurability(multiplexer.GetDatabase(), endpoints);
        Connected(endpoints);
    }

    public async ValueTask DisposeAsync()
    {
        if (_multiplexer is { } multiplexer)
            await multiplexer.DisposeAsync();
    }

    internal static string Text(ConfigurationOptions configuration) => string.Join(", ", configuration.EndPoints.Select(EndPointCollection.ToString));

    /// <summary>Why it is not there; null where it is.</summary>
    private static async Task<string?> Absence(ConnectionMultiplexer multiplexer)
    {
        try
        {
            await multiplexer.GetDatabase().PingAsync();
            return null;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            // A timeout is no RedisException: it hangs, or its machine does. The state of the whole connection follows the reason.
            return StoreWait.Reason(fault).Split(", ")[0];
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

    /// <summary>What Redis says of one of its settings, or that it does not tell.</summary>
    internal static async Task<string> Setting(IDatabase database, string setting)
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
