using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>The cluster that the README starts: redis, azurite, 3 silos, 2 web fronts, and nginx before them, which ties nobody to a front.</summary>
[Collection(Alone.Name)]
public sealed class ScriptTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);
    private static readonly string[] _all = ["redis", "azurite", "silo-1", "silo-2", "silo-3", "front-1", "front-2", "nginx"];

    [Fact]
    public async Task Script_BringsTheClusterUp_WhoseClientsComeBackThroughNginx_AndTakesAllOfItDown()
    {
        await using var cluster = new ScriptedCluster();
        var took = Stopwatch.StartNew();
        Assert.Contains("Ready:", await cluster.Run("up"), StringComparison.Ordinal);
        output.WriteLine($"up after {took.Elapsed.TotalSeconds:0.0} s");
        AssertAll("ready", await cluster.Run("status"));

        using var http = new HttpClient { BaseAddress = cluster.Http };
        string[] names = ["ada", "grace", "linus"];
        var users = await Task.WhenAll(names.Select(name => SignIn(cluster, http, name)));
        var devices = users.Concat(users).Select(user => new SocketDevice(cluster.Socket, user)).ToList();
        await Wait.Until(() => devices.TrueForAll(device => device.IsConnected), _soon, () => "all devices to connect through nginx");
        var lounge = await users[0].Create("group", names[1..], "lounge");
        await Say(users, lounge, devices, upTo: 6);
        Assert.All(await Task.WhenAll(Connections(http, cluster.Front(1)), Connections(http, cluster.Front(2))), count => Assert.True(count > 0, "nginx sent all devices to one front"));

        var connections = devices.Select(device => device.Connections).ToList();
        await cluster.Run("kill", "front-1");
        await Say(users, lounge, devices, upTo: 12);
        var back = devices.Where((device, i) => device.Connections > connections[i]).ToList();
        output.WriteLine($"front-1 killed: {back.Count} of {devices.Count} devices came back, {back.Sum(device => device.Resumed)} by their cursor");
        Assert.NotEmpty(back);
        // Its answer to a scrape is kept for a moment, and may still be the one from before.
        var counted = 0.0;
        await Wait.Until(
            async () => (counted = await Connections(http, cluster.Front(2))) == devices.Count, _soon, () => $"front-2 to count {devices.Count} devices; it counts {counted}");
        Assert.All(devices, device => Assert.Empty(device.Breaches));

        await Task.WhenAll(devices.Select(device => device.DisposeAsync().AsTask()));
        took.Restart();
        await cluster.Run("down");
        output.WriteLine($"down after {took.Elapsed.TotalSeconds:0.0} s");
        AssertAll("stopped", await cluster.Run("status"));
        Assert.Empty(cluster.Processes());
    }

    /// <summary>Everybody in turn, until there are so many messages; then every device has exactly these.</summary>
    private static async Task Say(RestClient[] users, string lounge, List<SocketDevice> devices, int upTo)
    {
        for (var seq = devices.Max(device => device.LastSeq(lounge)) + 1; seq <= upTo; seq++)
        {
            Assert.Equal(seq, await users[seq % users.Length].Send(lounge, $"message {seq}", $"c-{seq}"));
        }

        await Wait.Until(
            () => devices.TrueForAll(device => device.IsConnected && device.LastSeq(lounge) == upTo), _soon,
            () => $"all devices to have {upTo} messages; they have {string.Join(", ", devices.Select(device => device.LastSeq(lounge)))}");
        Assert.All(devices, device => Assert.Equal(
            Enumerable.Range(1, upTo).Select(seq => $"message {seq}"), device.Messages(lounge).Select(message => message.GetProperty("text").GetString())));
    }

    private static async Task<RestClient> SignIn(ScriptedCluster cluster, HttpClient http, string name)
    {
        using var answer = await http.PostAsJsonAsync("/api/auth/token", new { user_id = name, name });
        answer.EnsureSuccessStatusCode();
        return new RestClient(cluster.Http, name, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!);
    }

    private static async Task<double> Connections(HttpClient http, Uri front) =>
        (await http.GetStringAsync(new Uri(front, "/metrics"))).Split('\n')
            .Where(line => line.StartsWith("chat_connections{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture));

    private static void AssertAll(string state, string status)
    {
        var lines = status.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(_all, lines.Select(line => line.Split(' ')[0]));
        Assert.All(lines, line => Assert.Contains($" {state}", line, StringComparison.Ordinal));
    }
}
