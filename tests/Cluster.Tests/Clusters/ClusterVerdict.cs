using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;

namespace ChatOrleans.Cluster.Tests.Clusters;

/// <summary>What must hold after every fault, once the load has ended.</summary>
internal static class ClusterVerdict
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    public static async Task Assert(ClusterLoad load)
    {
        var histories = new Dictionary<string, List<JsonElement>>();
        foreach (var (conversation, members) in load.Members)
        {
            histories[conversation] = await load.Users[members[0]].History(conversation);
        }

        AssertHistories(load, histories);
        await AssertDevices(load, histories);
        await AssertUnread(load, histories);
        await AssertStreamsFlow(load);
        await AssertNothingLeaks(load);
        // All that was said so far, of loads before this one too; what is still said of this one, the next verdict reads.
        load.Cluster.AssertTellsNothing();
    }

    /// <summary>A send is told soon and clearly that it was not taken, and when to come back.</summary>
    public static async Task AssertRefused(ClusterLoad load)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(15) };
        var (conversation, members) = load.Members.First();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", load.Users[members[0]].Token);
        foreach (var front in load.Cluster.Fronts)
        {
            using var answer = await http.PostAsJsonAsync(
                new Uri(front.Http, $"/api/conversations/{conversation}/messages"), new { text = $"refused {Unsaid.Word}", client_message_id = $"refused-{Guid.NewGuid():n}" });
            var body = await answer.Content.ReadAsStringAsync();
            Xunit.Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{(int)answer.StatusCode} {body}");
            Xunit.Assert.Equal("unavailable", JsonElement.Parse(body).GetProperty("code").GetString());
            Xunit.Assert.NotNull(answer.Headers.RetryAfter);
        }
    }

    /// <summary>Every acknowledged message is there exactly once, at the seq that was answered.</summary>
    private static void AssertHistories(ClusterLoad load, Dictionary<string, List<JsonElement>> histories)
    {
        foreach (var (conversation, history) in histories)
        {
            Xunit.Assert.Equal(Enumerable.Range(1, history.Count).Select(seq => (long)seq), history.Select(Seq));
            var byClientId = history.ToLookup(message => message.GetProperty("client_message_id").GetString()!);
            Xunit.Assert.All(byClientId, messages => Xunit.Assert.Single(messages));
            foreach (var ((_, clientId), seq) in load.Acknowledged.Where(one => one.Key.Conversation == conversation))
            {
                Xunit.Assert.True(byClientId.Contains(clientId), $"{clientId} of {conversation} was acknowledged at {seq} and is lost.");
                Xunit.Assert.Equal(seq, Seq(byClientId[clientId].Single()));
            }
        }
    }

    /// <summary>Every device has exactly the history, and saw cursors without gap or repeat.</summary>
    private static async Task AssertDevices(ClusterLoad load, Dictionary<string, List<JsonElement>> histories)
    {
        foreach (var (conversation, members) in load.Members)
        {
            var history = histories[conversation];
            foreach (var device in members.Select(user => load.Devices[user]))
            {
                await Wait.Until(
                    () => device.LastSeq(conversation) >= history.Count && device.Messages(conversation).Count >= history.Count,
                    Soon,
                    () => $"a device to have {history.Count} messages of {conversation}; has {device.Messages(conversation).Count} up to {device.LastSeq(conversation)}");
                Xunit.Assert.Equal(
                    history.Select(message => (Seq(message), message.GetProperty("text").GetString())),
                    device.Messages(conversation).Select(message => (Seq(message), message.GetProperty("text").GetString())));
            }
        }

        Xunit.Assert.All(load.Devices, device => Xunit.Assert.Empty(device.Breaches));
    }

    /// <summary>Read marks are where users left them, by posting, by marking or by joining, and unread follows from them.</summary>
    private static async Task AssertUnread(ClusterLoad load, Dictionary<string, List<JsonElement>> histories)
    {
        foreach (var (conversation, members) in load.Members)
        {
            var last = histories[conversation].Count;
            await Task.WhenAll(members.Select(async user =>
            {
                var name = load.Users[user].User;
                var own = histories[conversation].LastOrDefault(message => message.GetProperty("sender_id").GetString() == name);
                var expected = Math.Max(own.ValueKind == JsonValueKind.Object ? Seq(own) : 0, load.ReadMarks.GetValueOrDefault((conversation, user)));
                long read = -1, unread = -1;
                await Wait.Until(
                    async () =>
                    {
                        var view = await load.Users[user].Get($"/api/conversations/{conversation}");
                        (read, unread) = (view.GetProperty("read_seq").GetInt64(), view.GetProperty("unread").GetInt64());
                        return read == expected && unread == last - expected;
                    },
                    Soon,
                    () => $"{name} to have read {expected} of {last} in {conversation}; has read {read}, unread {unread}");
            }));
        }
    }

    /// <summary>
    /// A message arrives sooner than the outbox, which heals a lost hint, would bring it. On a busy machine one may be late: asked
    /// again, until one in each conversation is in time.
    /// </summary>
    private static async Task AssertStreamsFlow(ClusterLoad load)
    {
        var inTime = TimeSpan.FromSeconds(2);
        var late = load.Members.Keys.ToHashSet();
        for (var round = 1; late.Count > 0; round++)
        {
            Xunit.Assert.True(round <= 4, $"In {late.Count} conversations no message arrives within {inTime.TotalSeconds} s: a stream is stuck.");
            foreach (var conversation in late.ToList())
            {
                var members = load.Members[conversation];
                var seq = await load.Users[members[0]].Send(conversation, $"probe {Unsaid.Word}", $"probe-{round}");
                var sent = Stopwatch.StartNew();
                await Wait.Until(
                    () => members.All(user => load.Devices[user].LastSeq(conversation) >= seq), Soon, () => $"message {seq} of {conversation} to reach everybody");
                if (sent.Elapsed < inTime)
                {
                    late.Remove(conversation);
                }
            }
        }
    }

    /// <summary>As many connections at the fronts, and feeds read from users, as there are devices.</summary>
    private static async Task AssertNothingLeaks(ClusterLoad load)
    {
        double connections = 0, feeds = 0;
        await Wait.Until(
            async () =>
            {
                (connections, feeds) = (await load.Cluster.Meter("chat_connections"), await load.Cluster.Meter("chat_feeds"));
                return connections == load.Devices.Count && feeds == load.Devices.Count;
            },
            Soon,
            () => $"{load.Devices.Count} connections and feeds; there are {connections} and {feeds}");
    }

    private static long Seq(JsonElement message) => message.GetProperty("seq").GetInt64();
}
