using System.Diagnostics;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>A member, as a process of its own, with a Redis that may lose what it acknowledged.</summary>
public sealed class WeakRedisTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly RedisServer _redis = new() { Fsync = "everysec" };

    public Task InitializeAsync() => _redis.InitializeAsync();

    public Task DisposeAsync() => _redis.DisposeAsync();

    /// <summary>Orleans, half started, would tell of the refusal in a trace for each of its parts.</summary>
    [Fact]
    public async Task Member_IsRefusedAtTheStart_InOneLine()
    {
        using var member = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "ChatOrleans.Silo.dll") },
            Environment =
            {
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Cluster__Profile"] = "Redis",
                ["Cluster__AdvertisedAddress"] = "127.0.0.1",
                ["Storage__Redis"] = _redis.Endpoint,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (member.StandardOutput.ReadToEndAsync(), member.StandardError.ReadToEndAsync());
        try
        {
            await member.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            member.Kill();
            Assert.Fail($"The member had not ended after {s_patience.TotalSeconds} s. It said: {await output} {await error}");
        }

        Assert.Equal(1, member.ExitCode);
        Assert.Equal(
            $"ChatOrleans cannot start. Storage:Redis = {_redis.Endpoint}: this Redis may lose messages that it acknowledged (appendfsync is everysec, not "
            + "always). Configure it so, or set Storage:AcceptWeakDurability to true to live with the loss.",
            (await error).Trim());
        // On a busy machine it may have waited for Redis, and said so.
        Assert.DoesNotMatch(@"(?m)^(warn|fail|crit): (?!.+\n +(Waiting|No longer waiting) for Redis)", await output);
        Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
    }
}
