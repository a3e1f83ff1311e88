using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage;
using ChatOrleans.Silo.Storage.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

[Collection(nameof(RedisServer))]
public sealed class RedisLogStoreTests(RedisServer server) : LogStoreSpecification
{
    private ServiceProvider? _services;
    private string? _elsewhere;

    protected override async ValueTask<ILogStore> Open()
    {
        _services = new ServiceCollection().AddLogging().AddRedisLogStore(options => options.Redis = _elsewhere ?? server.Endpoint).BuildServiceProvider();
        await _services.GetRequiredService<RedisConnection>().Start();
        return _services.GetRequiredService<ILogStore>();
    }

    protected override async ValueTask Close()
    {
        if (_services is not null)
            await _services.DisposeAsync();
    }

    [Fact]
    public async Task Redis_KilledAndStartedAgain_HasWhatItAcknowledged()
    {
        await Begin(Owner(), "1");
        var stored = 1;
        var writing = Task.Run(async () =>
        {
            while (true)
            {
                await Store.Write(Write(Owner(), 1, 1) with { Appends = [Append(LogTrack.Messages, stored + 1, $"{stored + 1}")] });
                stored++;
            }
        });
        while (Volatile.Read(ref stored) < 100)
            await Task.Yield();

        await server.Kill();
        await Assert.ThrowsAsync<LogUnavailableException>(() => writing);
        await Assert.ThrowsAsync<LogUnavailableException>(() => Begin(Owner("other"), "x"));
        await server.Start();

        var rows = await Eventually(() => Messages(Owner()));
        Assert.InRange(rows.Length, stored, stored + 1);
        Assert.Equal(Enumerable.Range(1, rows.Length).Select(i => $"{i}"), rows);
        await Begin(Owner("other"), "x");
    }

    [Fact]
    public async Task Redis_ThatIsFull_RefusesWritesAndIsReadUntilItHasRoom()
    {
        await Begin(Owner(), "1");
        await using var control = await server.Connect();
        await control.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        try
        {
            var refusal = await Assert.ThrowsAsync<LogUnavailableException>(() => Begin(Owner("other"), "x"));
            Assert.Contains("maxmemory", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(["1"], await Messages(Owner()));
        }
        finally
        {
            await control.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        }

        await Begin(Owner("other"), "x");
    }

    /// <summary>The steps of docs/operations.md, "A dump of Redis, put back".</summary>
    [Fact]
    public async Task Dump_PutBackIntoANewRedis_HasAll()
    {
        await Begin(Owner(), "1", "2");
        await using var control = await server.Connect();
        await control.GetDatabase().ExecuteAsync("SAVE");
        var restored = new RedisServer { AppendOnly = false };
        try
        {
            File.Copy(Path.Combine(server.DataDirectory, "dump.rdb"), Path.Combine(restored.DataDirectory, "dump.rdb"));
            await restored.Start();
            await RewriteLog(restored);
            await restored.Kill();
            restored.AppendOnly = true;
            await restored.Start();

            _elsewhere = restored.Endpoint;
            await Reopen();
            Assert.Equal(["1", "2"], await Messages(Owner()));
        }
        finally
        {
            await Close();
            await restored.DisposeAsync();
        }
    }

    private static async Task RewriteLog(RedisServer restored)
    {
        await using var connection = await restored.Connect();
        await connection.GetDatabase().ExecuteAsync("CONFIG", "SET", "appendonly", "yes");
        var endpoint = connection.GetServer(restored.Endpoint);
        while ((await endpoint.InfoAsync("persistence")).SelectMany(group => group)
            .Any(line => line.Key is "aof_rewrite_in_progress" or "aof_rewrite_scheduled" && line.Value != "0"))
            await Task.Yield();
    }

    [Fact]
    public async Task Start_WithARedisThatMayForget_IsRefusedUnlessAccepted()
    {
        var forgetful = new RedisServer { Fsync = "everysec" };
        await forgetful.InitializeAsync();
        try
        {
            var refusal = await Assert.ThrowsAsync<StorageStartException>(() => Start(forgetful, accept: false));
            Assert.Contains("appendfsync is everysec, not always", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Storage:AcceptWeakDurability", refusal.Message, StringComparison.Ordinal);
            await Start(forgetful, accept: true);
        }
        finally
        {
            await forgetful.DisposeAsync();
        }
    }

    [Fact]
    public async Task Start_BeforeRedis_WaitsForIt()
    {
        var late = new RedisServer();
        var starting = Start(late, accept: false);
        Assert.False(starting.IsCompleted);
        await late.InitializeAsync();
        try
        {
            await starting.WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            await late.DisposeAsync();
        }
    }

    [Fact]
    public async Task Wait_ForARedisThatHangs_LastsUntilItAnswers()
    {
        await using var control = await server.Connect();
        await control.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", 3_000, "ALL");

        var configuration = RedisConnection.Configure(RedisConnection.StorageKey, $"{server.Endpoint},asyncTimeout=100");
        var connecting = RedisConnection.Connect(RedisConnection.StorageKey, configuration, TimeProvider.System, NullLogger.Instance, default);
        Assert.False(connecting.IsCompleted);
        await using var connection = await connecting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("", 10_000)]
    [InlineData(",syncTimeout=200", 200)]
    [InlineData(",asyncTimeout=100", 100)]
    public void Calls_HaveTenSeconds_WhereNothingElseIsSaid(string further, int milliseconds) =>
        Assert.Equal(milliseconds, RedisConnection.Configure(RedisConnection.StorageKey, server.Endpoint + further).AsyncTimeout);

    private static async Task Start(RedisServer server, bool accept)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddRedisLogStore(options => (options.Redis, options.AcceptWeakDurability) = (server.Endpoint, accept))
            .BuildServiceProvider();
        await services.GetRequiredService<RedisConnection>().Start();
    }

    /// <summary>What a call gives once Redis is back.</summary>
    private static async Task<T> Eventually<T>(Func<Task<T>> call)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return await call();
            }
            catch (LogUnavailableException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }
}
