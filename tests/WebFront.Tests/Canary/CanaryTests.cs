using ChatOrleans.WebFront.Tests.Hosting;

namespace ChatOrleans.WebFront.Tests.Canary;

/// <summary>The canary of a real server: healthy once it was on every path, and loud when its messages do not make it.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task Canary_OnEveryPath_IsHealthy_AndMeasured()
    {
        await using var server = await ChatServer.Start(new() { ["Canary:Interval"] = "00:00:00.2" });
        using var stranger = server.Stranger();
        await Eventually.Is(async () => await Health(stranger, "/health/canary"), health => health == "Healthy", "the canary on every path");
        Assert.Equal("Healthy", await Health(stranger, "/health/startup"));
        var metrics = await Eventually.Is(
            () => stranger.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            metrics => new[] { "send", "push", "pull" }.All(path => metrics.Contains($"path=\"{path}\",le=\"+Inf\"", StringComparison.Ordinal)),
            "a latency for each path");
        Assert.Contains("chat_connections{otel_scope_name=\"ChatOrleans\",transport=\"canary\"} 1", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Canary_ThatIsNotAskedFor_DoesNothing()
    {
        await using var server = await ChatServer.Start([]);
        using var stranger = server.Stranger();
        Assert.Equal("Healthy", await Health(stranger, "/health/canary"));
        Assert.DoesNotContain("transport=\"canary\"", await stranger.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static async Task<string> Health(HttpClient stranger, string path)
    {
        using var answer = await stranger.GetAsync(new Uri(path, UriKind.Relative));
        return await answer.Content.ReadAsStringAsync();
    }
}
