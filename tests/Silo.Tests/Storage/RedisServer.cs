using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;
using Xunit;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>A redis-server of the tests' own, on a free port of loopback, with its data in a directory of its own.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private Process? _process;

    public int Port { get; } = Ports.Free();

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>How hard it tries to keep what it acknowledges; as a cluster needs it, where nothing else is said.</summary>
    public string Fsync { get; init; } = "always";

    /// <summary>Whether it reads and writes a log of its own; read at each start.</summary>
    public bool AppendOnly { get; set; } = true;

    /// <summary>Where its files are.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("chat-redis-").FullName;

    public async Task InitializeAsync() => await Start();

    public async Task DisposeAsync()
    {
        await Kill();
        Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>Returns once it answers.</summary>
    public async Task Start()
    {
        try
        {
            _process = Process.Start(new ProcessStartInfo("redis-server")
            {
                ArgumentList =
                {
                    "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", DataDirectory, "--save", "",
                    "--appendonly", AppendOnly ? "yes" : "no", "--appendfsync", Fsync, "--maxmemory-policy", "noeviction",
                },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("These tests need redis-server on the PATH (Debian: apt-get install redis-server).", missing);
        }

        // Read on, or a full pipe would stop it.
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        while (!await Answers())
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > s_patience)
                throw new TimeoutException($"redis-server on port {Port} did not answer within {s_patience.TotalSeconds} s.");
    }

    /// <summary>A connection of a test's own, which has time for a machine that is busy with other tests.</summary>
    public Task<ConnectionMultiplexer> Connect() =>
        ConnectionMultiplexer.ConnectAsync($"{Endpoint},allowAdmin=true,connectTimeout=30000,syncTimeout=30000,asyncTimeout=30000");

    /// <summary>With SIGKILL.</summary>
    public async Task Kill()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private async Task<bool> Answers()
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Endpoint},connectTimeout=500,connectRetry=0");
            await connection.GetDatabase().PingAsync();
            return true;
        }
        catch (Exception notYet) when (notYet is RedisException or TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>One server for all classes of the collection; their tests use owners of their own.</summary>
[CollectionDefinition(nameof(RedisServer))]
public sealed class RedisServerCollection : ICollectionFixture<RedisServer>;
