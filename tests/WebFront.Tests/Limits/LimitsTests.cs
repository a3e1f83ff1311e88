using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.WebFront.Tests.Limits;

/// <summary>A server whose limits are small enough to be reached.</summary>
public sealed class LimitedServer() : ChatServer(
    ("Limits:CommandsPerSecond", "20"), ("Limits:CommandBurst", "40"), ("Limits:ReadsPerSecond", "5"), ("Limits:ReadBurst", "20"),
    ("Limits:ConnectionsPerUser", "3"), ("Limits:ConnectionsPerAddress", "2"), ("Limits:RefusalsBeforeClose", "50"), ("Web:TrustedProxies", "127.0.0.1"));

public sealed class LimitsTests(LimitedServer server) : IClassFixture<LimitedServer>
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    private string Ada => $"ada-{_suffix}";

    private string Grace => $"grace-{_suffix}";

    [Fact]
    public async Task Flood_OverASocket_IsAnsweredWithRateLimited_ThenClosed()
    {
        var room = await server.Room(Ada);
        await using var ada = await SocketDevice.Connect(server, Ada);
        await ada.Next("hello");

        for (var i = 0; i < 200 && ada.Socket.State == WebSocketState.Open; i++)
        {
            try
            {
                await ada.SendText($$"""{"action":"send_message","request_id":{{i}},"conversation_id":"{{room}}","text":"flood"}""");
            }
            catch (WebSocketException)
            {
                break;
            }
        }

        Assert.Equal(4429, await ada.Closed);
        var replies = ada.Frames.Where(frame => (string?)frame["event_type"] == "reply").ToList();
        var refused = replies.Where(reply => !(bool)reply["ok"]!).ToList();
        Assert.InRange(replies.Count - refused.Count, 1, 80);
        Assert.All(refused, reply => Assert.Equal("rate_limited", (string?)reply["code"]));
        Assert.All(refused, reply => Assert.InRange((int)reply["retry_after"]!, 1, 5));
        Assert.Contains(ada.Frames, frame => (string?)frame["event_type"] == "error" && (string?)frame["code"] == "rate_limited" && (int)frame["retry_after"]! > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flood_OverAHub_IsRefusedWithItsCode(bool messagePack)
    {
        await using var ada = await HubDevice.Connect(server, Ada, messagePack);
        await ada.Next("hello");

        var refusals = (await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Refusal(ada)))).OfType<string>().ToList();

        Assert.Contains(refusals, refusal => refusal.StartsWith("rate_limited: ", StringComparison.Ordinal));
        // So many are too many: what is under way while it is closed for them is told to come again.
        Assert.All(refusals, refusal => Assert.Matches("rate_limited: |^unavailable: ", refusal));

        static async Task<string?> Refusal(HubDevice device)
        {
            try
            {
                await device.Do("mark_all_notifications_read");
                return null;
            }
            catch (RefusedException refusal)
            {
                return refusal.Message;
            }
            catch (InvalidOperationException) when (device.Connection.State == HubConnectionState.Disconnected)
            {
                // Not sent any more.
                return null;
            }
        }
    }

    [Fact]
    public async Task Negotiating_IsACall()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/hubs/chat/negotiate?negotiateVersion=1");
            request.Headers.Authorization = new("Bearer", await server.Token(Ada));
            using var answer = await server.Http.SendAsync(request);
            return ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]);
        }));

        Assert.Equal([(200, null), (429, "rate_limited")], answers.Distinct().Order());
    }

    [Fact]
    public async Task Alert_ToMany_CostsMore()
    {
        var users = Enumerable.Range(0, 1_000).Select(i => $"u{i}").ToArray();
        using var asked = await server.Http.PostAsJsonAsync("/api/auth/token", new { user_id = Ada, scope = "alerts:send" });
        var token = (string)(await asked.Content.ReadFromJsonAsync<JsonNode>())!["token"]!;
        var statuses = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/alerts") { Content = JsonContent.Create(new { user_ids = users, title = "a", content = "b" }) };
            request.Headers.Authorization = new("Bearer", token);
            using var answer = await server.Http.SendAsync(request);
            return (int)answer.StatusCode;
        }));
        Assert.Contains(202, statuses);
        Assert.Contains(429, statuses);
    }

    [Fact]
    public async Task Connections_OfOneUser_AreCappedOverTransports()
    {
        using var refusals = Refusals("user_connections");
        await using var one = await SocketDevice.Connect(server, Grace);
        await using var two = await HubDevice.Connect(server, Grace, messagePack: true);
        await using var three = await SocketDevice.Connect(server, Grace);
        await Task.WhenAll(one.Next("hello"), two.Next("hello"), three.Next("hello"));

        await using (var four = await SocketDevice.Connect(server, Grace))
        {
            Assert.Equal(4429, await four.Closed);
            Assert.InRange((int)(await four.Next("error"))["retry_after"]!, 5, 16);
        }

        await using (var five = await HubDevice.Connect(server, Grace, messagePack: false))
        {
            Assert.Equal("rate_limited", (string?)(await five.Next("error"))["code"]);
            Assert.Contains("rate_limited: ", (await five.Closed.Task.WaitAsync(TimeSpan.FromSeconds(30)))!.Message, StringComparison.Ordinal);
        }

        await Eventually.Is(() => refusals.Value == 2, "both refusals counted");
        Assert.False(one.Closed.IsCompleted);
        await three.DisposeAsync();
        await Eventually.Is(
            async () =>
            {
                var next = await SocketDevice.Connect(server, Grace);
                await next.Await(frames => frames.Count > 0 ? "" : null, "a frame");
                await next.DisposeAsync();
                return (string?)next.Frames[0]["event_type"];
            },
            first => first == "hello", "the place that was given back");
    }

    [Fact]
    public async Task Connections_FromOneAddress_AreCapped_AsATrustedProxyTellsIt()
    {
        using var refusals = Refusals("address_connections");
        await using var one = await From("203.0.113.7", $"{Ada}-1");
        await using var two = await From("203.0.113.7", $"{Ada}-2");
        await Task.WhenAll(one.Next("hello"), two.Next("hello"));
        await using var three = await From("203.0.113.7", $"{Ada}-3");
        Assert.Equal(4429, await three.Closed);
        await using var elsewhere = await From("203.0.113.8", $"{Ada}-4");
        await elsewhere.Next("hello");
        await using var network = await From("2001:db8::1", $"{Ada}-5");
        await using var same = await From("2001:db8::2", $"{Ada}-6");
        await Task.WhenAll(network.Next("hello"), same.Next("hello"));
        await using var third = await From("2001:db8::3", $"{Ada}-7");
        Assert.Equal(4429, await third.Closed);
        Assert.Equal(2, refusals.Value);
    }

    [Theory]
    [InlineData("1", "203.0.113.7", "203.0.113.8")]
    [InlineData("2", "203.0.113.7, 10.0.0.7", "203.0.113.8, 10.0.0.7")]
    public async Task Connects_OfAStranger_KeepNobodyElseOut(string hops, string strangers, string adas)
    {
        using var small = new ChatServer(
            ("Limits:ConnectsPerSecond", "2"), ("Limits:ConnectsPerAddress", "1"), ("Web:TrustedProxies", "127.0.0.1 10.0.0.7"), ("Web:ProxyHops", hops));
        var token = await small.Token(Ada);
        var codes = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            await using var stranger = await SocketDevice.Connect(
                small.SocketAddress(""), socket => socket.Options.SetRequestHeader("X-Forwarded-For", strangers));
            return await stranger.Closed;
        }));

        await using var ada = await SocketDevice.Connect(
            small.SocketAddress($"token={token}"), socket => socket.Options.SetRequestHeader("X-Forwarded-For", adas));

        await ada.Next("hello");
        Assert.Equal([4401, 4429], codes.Distinct().Order());
    }

    [Fact]
    public async Task Connects_InAStorm_AreToldToComeBackAtDifferentTimes()
    {
        using var small = new ChatServer(("Limits:ConnectsPerSecond", "1"));
        var waits = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using var device = await SocketDevice.Connect(small, $"{Ada}-{i}");
            var first = await device.Await(frames => frames is [var frame, ..] ? frame : null, "a frame");
            return (string?)first["event_type"] == "hello" ? 0 : (int)first["retry_after"]!;
        }));

        Assert.Contains(0, waits);
        var refused = waits.Where(wait => wait > 0).ToList();
        Assert.True(refused.Count > 5, $"{refused.Count} were refused.");
        Assert.All(refused, wait => Assert.InRange(wait, 2, 16));
        Assert.True(refused.Distinct().Count() > 1, "All who were refused come back in the same second.");
    }

    private MeterCount Refusals(string what) =>
        new("chat.rate_limited", [server.Services.GetRequiredService<IMeterFactory>()], new("what", what));

    private async Task<SocketDevice> From(string address, string user) => await SocketDevice.Connect(
        server.SocketAddress($"token={await server.Token(user)}"), socket => socket.Options.SetRequestHeader("X-Forwarded-For", address));
}
