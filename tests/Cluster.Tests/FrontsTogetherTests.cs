using System.Net.WebSockets;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>Two web fronts and nothing between them: what one knows of a user, a ticket or an operator's wish holds at the other.</summary>
[Collection(Alone.Name)]
public sealed class FrontsTogetherTests(ITestOutputHelper output)
{
    private const int PerSecond = 20;
    private const int Burst = 40;

    private static readonly TimeSpan s_flood = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Fronts_HoldTogether()
    {
        await using var cluster = new ChatCluster(silos: 0, fronts: 2, environment: new Dictionary<string, string>
        {
            ["Limits__CommandsPerSecond"] = $"{PerSecond}",
            ["Limits__CommandBurst"] = $"{Burst}",
            ["Cluster__ProbeTimeout"] = "00:00:05",
        });
        await cluster.Start();
        await Tickets_OfOneFront_AreRedeemedAtTheOther_Once(cluster);
        await Floods_ThroughBoth_GetOneBudget(cluster);
        await Revocation_AtOne_ClosesTheConnectionsAtBoth(cluster);
        await Operators_ReachTheFrontThatTheyName(cluster);
    }

    private static async Task Tickets_OfOneFront_AreRedeemedAtTheOther_Once(ChatCluster cluster)
    {
        var (issuing, redeeming) = (cluster.Fronts[0], cluster.Fronts[1]);
        using var ada = await issuing.SignIn("ada");
        for (var round = 0; round < 5; round++)
        {
            var ticket = (await ada.Post("/api/ws-ticket", new { })).GetProperty("ticket").GetString();
            // At once, so that both fronts are asked while nobody knows who is first.
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Open((i % 3 == 0 ? issuing : redeeming).Socket, $"?ticket={ticket}")));
            Assert.Equal("hello,4401,4401,4401,4401,4401", string.Join(',', outcomes.OrderDescending(StringComparer.Ordinal)));
        }

        var other = (await ada.Post("/api/ws-ticket", new { })).GetProperty("ticket").GetString();
        Assert.Equal("hello", await Open(redeeming.Socket, $"?ticket={other}"));
        Assert.Equal("4401", await Open(redeeming.Socket, $"?ticket={other}"));
        Assert.Equal("4401", await Open(issuing.Socket, $"?ticket={other}"));
    }

    /// <summary>What is done by calls that flood both fronts for a few seconds is one burst and one rate, not two.</summary>
    private async Task Floods_ThroughBoth_GetOneBudget(ChatCluster cluster)
    {
        var token = await cluster.Fronts[0].Token("mallory");
        var began = System.Diagnostics.Stopwatch.StartNew();
        var tallies = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var http = new HttpClient { BaseAddress = cluster.Fronts[i % 2].Http };
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            var (done, refused) = (0, 0);
            while (began.Elapsed < s_flood)
            {
                using var answer = await http.PostAsync(new Uri("/api/notifications/read-all", UriKind.Relative), null);
                (done, refused) = (int)answer.StatusCode switch
                {
                    204 => (done + 1, refused),
                    429 => (done, refused + 1),
                    _ => throw new InvalidOperationException($"It answered {(int)answer.StatusCode}."),
                };
            }

            return (Front: i % 2, Done: done, Refused: refused);
        }));
        // Until the last call was answered, however long one took; all of them flooded for the shorter time alone.
        var (budget, least) = (Budget(began.Elapsed), Budget(s_flood));
        var done = tallies.Sum(tally => tally.Done);
        output.WriteLine($"{began.Elapsed.TotalSeconds:0.0} s through both fronts: {done} done of a budget of {budget:0}, {tallies.Sum(tally => tally.Refused)} refused; "
            + $"by front {string.Join(" and ", tallies.GroupBy(tally => tally.Front).Select(front => front.Sum(tally => tally.Done)))}");
        // A lease may have been granted in the last second and not be used up; nothing is ever done beyond the budget.
        Assert.InRange(done, least * 0.5, budget + 1);
        Assert.All(tallies.GroupBy(tally => tally.Front), front => Assert.True(front.Sum(tally => tally.Refused) > 0, "A front refused nothing."));
    }

    private static double Budget(TimeSpan time) => Burst + (time.TotalSeconds * PerSecond);

    private async Task Revocation_AtOne_ClosesTheConnectionsAtBoth(ChatCluster cluster)
    {
        var token = await cluster.Fronts[0].Token("grace");
        using var sockets = new Sockets();
        var open = await Task.WhenAll(cluster.Fronts.Select(front => sockets.Greeted(front.Socket, $"?token={token}")));
        using var operate = await cluster.Fronts[0].SignIn("operator", "chat:admin");
        var began = System.Diagnostics.Stopwatch.StartNew();
        await operate.Post("/api/users/grace/revoke-tokens", new { });
        var closed = await Task.WhenAll(open.Select(Sockets.CloseCode)).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("4401,4401", string.Join(',', closed));
        output.WriteLine($"Revoked at one front, closed at both after {began.Elapsed.TotalSeconds:0.00} s");
        foreach (var front in cluster.Fronts)
        {
            Assert.Equal("4401", await Open(front.Socket, $"?token={token}"));
            using var rest = new HttpClient { BaseAddress = front.Http };
            rest.DefaultRequestHeaders.Authorization = new("Bearer", token);
            await Wait.Until(
                async () => (int)(await rest.GetAsync(new Uri("/api/users/me", UriKind.Relative))).StatusCode == 401, TimeSpan.FromSeconds(60),
                () => $"{front.Name} to refuse the revoked token");
        }
    }

    private static async Task Operators_ReachTheFrontThatTheyName(ChatCluster cluster)
    {
        var (answering, drained) = (cluster.Fronts[0], cluster.Fronts[1]);
        var token = await answering.Token("linus");
        using var operate = await answering.SignIn("operator", "chat:admin");
        using var sockets = new Sockets();
        var (stays, leaves) = (await sockets.Greeted(answering.Socket, $"?token={token}"), await sockets.Greeted(drained.Socket, $"?token={token}"));
        List<JsonElement> members = [];
        // Those of the tests before may still be ending.
        await Wait.Until(
            async () => (members = [.. (await operate.Get("/operator/api/members")).EnumerateArray().Where(member => member.GetProperty("status").GetString() == "Active")])
                .TrueForAll(member => member.GetProperty("connections").GetInt32() == 1),
            s_soon,
            () => $"one connection at each front; there are {string.Join(", ", members)}");
        Assert.All(members, member => Assert.Equal(("web", false), (member.GetProperty("role").GetString(), member.GetProperty("draining").GetBoolean())));
        var other = Assert.Single(members, member => !member.GetProperty("here").GetBoolean()).GetProperty("address").GetString()!;

        await operate.Post($"/operator/api/members/{Uri.EscapeDataString(other)}/drain", new { });
        Assert.Equal(1012, await Sockets.CloseCode(leaves).WaitAsync(s_soon));
        Assert.Equal((true, false), (await answering.IsReady(), await drained.IsReady()));
        Assert.True(await Draining(other));
        await operate.Delete($"/operator/api/members/{Uri.EscapeDataString(other)}/drain");
        Assert.True(await drained.IsReady());
        Assert.False(await Draining(other));

        // Asked at the one front, closed at both.
        var again = await sockets.Greeted(drained.Socket, $"?token={token}");
        Assert.Equal(2, (await operate.Post("/operator/api/users/linus/disconnect", new { })).GetProperty("connections").GetInt32());
        var closed = await Task.WhenAll(Sockets.CloseCode(stays), Sockets.CloseCode(again)).WaitAsync(s_soon);
        Assert.Equal("4429,4429", string.Join(',', closed));

        async Task<bool> Draining(string address) => (await operate.Get("/operator/api/members")).EnumerateArray()
            .Single(member => member.GetProperty("address").GetString() == address).GetProperty("draining").GetBoolean();
    }

    /// <summary>"hello" where the connection is greeted, else its close code.</summary>
    private static async Task<string> Open(Uri server, string query)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(server, query), CancellationToken.None);
        return await Sockets.First(socket);
    }

    /// <summary>Raw connections that go when the test does.</summary>
    private sealed class Sockets : IDisposable
    {
        private readonly List<ClientWebSocket> _sockets = [];

        public async Task<ClientWebSocket> Greeted(Uri server, string query)
        {
            var socket = new ClientWebSocket();
            lock (_sockets)
            {
                _sockets.Add(socket);
            }

            await socket.ConnectAsync(new Uri(server, query), CancellationToken.None);
            Assert.Equal("hello", await First(socket));
            return socket;
        }

        public static async Task<string> First(ClientWebSocket socket)
        {
            var (received, text) = await Receive(socket);
            return received.MessageType == WebSocketMessageType.Close ? $"{(int)socket.CloseStatus!}" : JsonElement.Parse(text).GetProperty("event_type").GetString()!;
        }

        public static async Task<int> CloseCode(ClientWebSocket socket)
        {
            while ((await Receive(socket)).Received.MessageType != WebSocketMessageType.Close)
            {
            }

            return (int)socket.CloseStatus!;
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

        private static async Task<(WebSocketReceiveResult Received, byte[] Text)> Receive(ClientWebSocket socket)
        {
            using var whole = new MemoryStream();
            var buffer = new byte[1 << 16];
            WebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer, CancellationToken.None);
                whole.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            return (part, whole.ToArray());
        }
    }
}
