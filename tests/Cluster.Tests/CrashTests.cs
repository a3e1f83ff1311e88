using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>The embedded server under load, killed with SIGKILL at random moments and started again on the same data.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Conversations = 10;
    private static readonly int _kills = int.Parse(Environment.GetEnvironmentVariable("CHAT_KILLS") ?? "20", null);
    private static readonly string[] _online = ["ada", "grace", "linus", "barbara", "edsger"];
    private const string Offline = "alan";

    [Fact]
    public async Task Kills_UnderLoad_LoseNothing_AndRepeatNothing()
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        var users = new Dictionary<string, RestClient>();
        foreach (var user in _online.Append(Offline))
        {
            users[user] = new RestClient(server.Http, user, await server.Token(user));
        }

        var members = new Dictionary<string, string[]>();
        for (var i = 0; i < Conversations; i++)
        {
            string[] three = [_online[i % _online.Length], _online[(i + 1 + (i / _online.Length)) % _online.Length], Offline];
            members[await users[three[0]].Create("group", three[1..], $"room-{i}")] = three;
        }

        var devices = _online.ToDictionary(user => user, user => new SocketDevice(server.Socket, users[user]));
        await Wait.Until(() => devices.Values.All(device => device.IsConnected), TimeSpan.FromSeconds(30), () => "all devices to connect");

        var acknowledged = new ConcurrentDictionary<(string Conversation, string ClientId), long>();
        var readMarks = new ConcurrentDictionary<(string Conversation, string User), long>();
        using var stopping = new CancellationTokenSource();
        var senders = members.SelectMany(room => room.Value[..2].Select(user =>
            Send(users[user], devices[user], room.Key, acknowledged, readMarks, stopping.Token))).ToList();

        var seed = Environment.TickCount;
        var random = new Random(seed);
        output.WriteLine($"seed {seed}");
        var recoveries = new List<double>();
        for (var kill = 0; kill < _kills; kill++)
        {
            await Task.Delay(random.Next(150, 1_200));
            await server.Kill();
            var down = Stopwatch.StartNew();
            await server.Start();
            recoveries.Add(down.Elapsed.TotalSeconds);
        }

        await stopping.CancelAsync();
        await Task.WhenAll(senders);
        output.WriteLine($"{acknowledged.Count} messages acknowledged, {_kills} kills, ready again after {recoveries.Average():0.0} s on average");

        await AssertHistories(users, members, acknowledged);
        await AssertDevices(users, members, devices);
        await AssertInboxes(users, members, readMarks);
        foreach (var user in users.Values)
        {
            await user.HasNoDrift();
        }

        server.AssertTellsNothing();
        output.WriteLine($"resumed {devices.Values.Sum(one => one.Resumed)}, snapshots {devices.Values.Sum(one => one.Snapshots)}");
        foreach (var device in devices.Values)
        {
            await device.DisposeAsync();
        }
    }

    private static async Task Send(
        RestClient user,
        SocketDevice device,
        string conversation,
        ConcurrentDictionary<(string Conversation, string ClientId), long> acknowledged,
        ConcurrentDictionary<(string Conversation, string User), long> readMarks,
        CancellationToken stopping)
    {
        for (var i = 1; !stopping.IsCancellationRequested; i++)
        {
            var clientId = $"{user.User}-{i}";
            var seq = await user.Send(conversation, $"message {i} of {user.User} {Unsaid.Word}", clientId);
            acknowledged[(conversation, clientId)] = seq;
            if (i % 10 == 0)
            {
                // The same id long after its answer, and a mark on what the device has.
                if (await user.Send(conversation, $"message {i} of {user.User} {Unsaid.Word}", clientId) != seq)
                {
                    throw new InvalidOperationException($"{clientId} was given a second seq");
                }

                readMarks[(conversation, user.User)] = await user.MarkRead(conversation, device.LastSeq(conversation));
            }
        }
    }

    private static async Task AssertHistories(
        Dictionary<string, RestClient> users,
        Dictionary<string, string[]> members,
        ConcurrentDictionary<(string Conversation, string ClientId), long> acknowledged)
    {
        foreach (var (conversation, three) in members)
        {
            var history = await users[three[0]].History(conversation);
            Assert.Equal(Enumerable.Range(1, history.Count).Select(seq => (long)seq), history.Select(Seq));
            var byClientId = history.ToLookup(message => message.GetProperty("client_message_id").GetString()!);
            Assert.All(byClientId, messages => Assert.Single(messages));
            foreach (var ((_, clientId), seq) in acknowledged.Where(one => one.Key.Conversation == conversation))
            {
                Assert.Equal(seq, Seq(Assert.Single(byClientId[clientId])));
            }
        }
    }

    private static async Task AssertDevices(
        Dictionary<string, RestClient> users, Dictionary<string, string[]> members, Dictionary<string, SocketDevice> devices)
    {
        foreach (var (conversation, three) in members)
        {
            var history = await users[three[0]].History(conversation);
            foreach (var user in three.Where(devices.ContainsKey))
            {
                await Wait.Until(
                    () => devices[user].LastSeq(conversation) >= history.Count && devices[user].Messages(conversation).Count >= history.Count,
                    TimeSpan.FromSeconds(30),
                    () => $"{user} to have {history.Count} messages of {conversation}; has {devices[user].Messages(conversation).Count} up to {devices[user].LastSeq(conversation)}");
                Assert.Equal(
                    history.Select(message => (Seq(message), message.GetProperty("text").GetString())),
                    devices[user].Messages(conversation).Select(message => (Seq(message), message.GetProperty("text").GetString())));
            }
        }

        Assert.All(devices, device => Assert.Empty(device.Value.Breaches));
    }

    private static async Task AssertInboxes(
        Dictionary<string, RestClient> users,
        Dictionary<string, string[]> members,
        ConcurrentDictionary<(string Conversation, string User), long> readMarks)
    {
        foreach (var (conversation, three) in members)
        {
            foreach (var user in three)
            {
                var view = await users[user].Get($"/api/conversations/{conversation}");
                var (last, read) = (view.GetProperty("last_seq").GetInt64(), view.GetProperty("read_seq").GetInt64());
                Assert.Equal(last - read, view.GetProperty("unread").GetInt64());
                var own = (await users[user].History(conversation)).Where(message => message.GetProperty("sender_id").GetString() == user);
                var expected = Math.Max(own.Select(Seq).LastOrDefault(), readMarks.GetValueOrDefault((conversation, user)));
                Assert.Equal(expected, read);
            }
        }

        // Who was never there has every message as an unread notification, once, and the conversations.
        var total = 0;
        foreach (var conversation in members.Keys)
        {
            total += (await users[Offline].History(conversation)).Count + 1;
        }

        var unread = -1;
        await Wait.Until(
            async () => (unread = (await users[Offline].Get("/api/users/me")).GetProperty("unread_notifications").GetInt32()) >= total,
            TimeSpan.FromSeconds(30),
            () => $"{total} unread notifications of {Offline}; there are {unread}");
        Assert.Equal(total, unread);
    }

    private static long Seq(JsonElement message) => message.GetProperty("seq").GetInt64();
}
