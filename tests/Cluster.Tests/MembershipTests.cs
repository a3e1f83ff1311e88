using System.Net;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>Who comes and goes while messages flow and the server is killed: each has what is theirs, and nobody has anything else.</summary>
public sealed class MembershipTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly int _kills = int.Parse(Environment.GetEnvironmentVariable("CHAT_MEMBERSHIP_KILLS") ?? "4", null);
    private static readonly string[] _guests = ["ada", "linus", "barbara", "edsger"];
    private const string Owner = "grace";
    private const string Stranger = "mallory";

    [Theory]
    [InlineData("all")]
    [InlineData("since_joined")]
    public async Task ComingAndGoing_WhileTheServerIsKilled_GrantsWhatTheHistorySettingSays(string history)
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        var users = new Dictionary<string, RestClient>();
        var devices = new Dictionary<string, SocketDevice>();
        foreach (var user in _guests.Append(Owner).Append(Stranger))
        {
            users[user] = await server.SignIn(user);
            devices[user] = new SocketDevice(server.Socket, users[user]);
        }

        await Wait.Until(() => devices.Values.All(device => device.IsConnected), Soon, () => "all devices to connect");
        var room = await users[Owner].Create("group", _guests[..2], "lounge", history);

        var seed = Environment.TickCount;
        var random = new Random(seed);
        output.WriteLine($"seed {seed}");
        using var stopping = new CancellationTokenSource();
        var moves = 0;
        var work = _guests.Append(Owner).Select(user => Post(users[user], room, stopping.Token))
            .Append(ComeAndGo(users, room, new Random(seed + 1), () => moves++, stopping.Token)).ToList();
        for (var kill = 0; kill < _kills; kill++)
        {
            var goal = moves + random.Next(5, 25);
            await Wait.Until(() => Volatile.Read(ref moves) >= goal || work.Exists(one => one.IsFaulted), Soon, () => "people to come and go");
            await Task.Delay(random.Next(20));
            await server.Kill();
            await server.Start();
        }

        await stopping.CancelAsync();
        await Task.WhenAll(work);

        var truth = new ConversationTruth(await users[Owner].Changes(room), await users[Owner].History(room));
        output.WriteLine($"{truth.Last} messages, {truth.ChangeCount} changes");
        foreach (var user in _guests.Append(Owner))
        {
            await AssertSees(users[user], room, truth, history);
            await AssertFeed(users[user], room, truth);
            await AssertDevice(server, users[user], devices[user], room, truth);
        }

        Assert.Equal(0, (await users[Stranger].Get("/api/users/me")).GetProperty("cursor").GetInt64());
        Assert.DoesNotContain(devices[Stranger].Frames, frame => frame.Type != "hello");
        foreach (var user in users.Keys)
        {
            Assert.Empty(devices[user].Breaches);
            await devices[user].DisposeAsync();
            users[user].Dispose();
        }
    }

    [Fact]
    public async Task Removed_ReadsNothingOfWhatCameAfter()
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        using var lounge = await Lounge.Open(server);
        var room = $"/api/conversations/{lounge.Id}";
        var message = await lounge.Grace.Post($"{room}/messages", new { text = "for ada" });
        await lounge.Grace.Patch(room, new { title = "with ada" });
        await lounge.Grace.Delete($"{room}/members/ada");

        await lounge.Grace.Patch(room, new { title = "secret title", meta = new { topic = "secret" } });
        await lounge.Grace.Patch($"{room}/messages/{message.GetProperty("id").GetString()}", new { text = "secret edit" });
        await lounge.Grace.Send(lounge.Id, "secret message", "s-1");
        // Afterwards nothing is in memory: what ada reads comes from the logs, as they now are.
        await server.Stop();
        await server.Start();

        var refused = await Assert.ThrowsAsync<RestException>(() => lounge.Ada.Get($"{room}/messages"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        await using var device = new SocketDevice(server.Socket, lounge.Ada, position: (null, 0));
        await Wait.Until(() => device.Count("conversation_removed") == 1, Soon, () => "ada to hear of the removal");
        Assert.Equal(
            ["new_conversation", "new_message", "conversation_updated", "conversation_removed"],
            device.Frames.Where(frame => frame.Cursor is not null).Select(frame => frame.Type));
        Assert.DoesNotContain(device.Frames, frame => frame.Body.GetRawText().Contains("secret", StringComparison.Ordinal));
        foreach (var path in (string[])["/api/sync?cursor=0", "/api/sync", "/api/notifications", "/api/conversations"])
        {
            Assert.DoesNotContain("secret", (await lounge.Ada.Get(path)).GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Deletion_OfAProcessThatIsKilledBeforeWhoHasLeftIsTold_IsToldAfterTheRestart()
    {
        // They are told with a tick of the conversation's, one in so long.
        await using var server = new WebFrontProcess(new Dictionary<string, string> { ["Grains__CheckpointInterval"] = "00:00:04" });
        await server.Start();
        using var lounge = await Lounge.Open(server);
        var room = $"/api/conversations/{lounge.Id}";
        var messages = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            messages.Add((await lounge.Grace.Post($"{room}/messages", new { text = $"message {i}" })).GetProperty("id").GetString()!);
        }

        RestClient[] left = [lounge.Ada, lounge.Linus];
        foreach (var user in left)
        {
            await Wait.Until(async () => (await UnreadOf(user, messages)).Count == messages.Count, Soon, () => $"{user.User} to be notified of each message");
            await lounge.Grace.Delete($"{room}/members/{user.User}");
        }

        var deleted = new List<string>();
        do
        {
            // The tick may just have told of the one before.
            deleted.Add(messages[deleted.Count]);
            await lounge.Grace.Delete($"{room}/messages/{deleted[^1]}");
        }
        while ((await UnreadOf(lounge.Ada, deleted)).Count == 0);
        await server.Kill();
        await server.Start();

        foreach (var user in left)
        {
            await Wait.Until(async () => (await UnreadOf(user, deleted)).Count == 0, Soon, () => $"{user.User}'s notifications of what was deleted to be read");
            Assert.Equal(messages.Except(deleted), await UnreadOf(user, messages));
            await user.HasNoDrift();
        }
    }

    private static async Task<List<string>> UnreadOf(RestClient user, IEnumerable<string> messages)
    {
        var unread = (await user.Get("/api/notifications?unread=1&limit=200")).EnumerateArray().Select(one => one.GetProperty("id").GetString()).ToHashSet();
        return [.. messages.Where(message => unread.Contains($"msg-{message}"))];
    }

    private static async Task Post(RestClient user, string room, CancellationToken stopping)
    {
        for (var i = 1; !stopping.IsCancellationRequested; i++)
        {
            if (!await Done(() => user.Send(room, $"message {i} of {user.User}", $"{user.User}-{i}")))
            {
                // Not in the room just now.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private static async Task ComeAndGo(Dictionary<string, RestClient> users, string room, Random random, Action moved, CancellationToken stopping)
    {
        var members = new HashSet<string>(_guests[..2]);
        for (; !stopping.IsCancellationRequested; moved())
        {
            var guest = _guests[random.Next(_guests.Length)];
            if (members.Add(guest))
            {
                await users[Owner].Post($"/api/conversations/{room}/members", new { user_id = guest });
                continue;
            }

            // A repeat whose first try was done before a kill is refused, as it should be.
            await Done(() => users[random.Next(2) == 0 ? Owner : guest].Delete($"/api/conversations/{room}/members/{guest}"));
            members.Remove(guest);
        }
    }

    private static async Task<bool> Done(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (RestException refused) when (refused.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task AssertSees(RestClient user, string room, ConversationTruth truth, string history)
    {
        if (truth.Memberships(user.User) is not [.., { Until: null } membership])
        {
            // After a kill between the removal and its being told, they are told again once the conversation recovers.
            await Wait.Until(async () => !await Listed(), Soon, () => $"{room} to leave the list of {user.User}, who has left");
            var refused = await Assert.ThrowsAsync<RestException>(() => user.History(room));
            Assert.Contains("not_a_member", refused.Message, StringComparison.Ordinal);
            return;
        }

        Assert.True(await Listed(), $"{user.User} is a member, and {room} is not in the list");
        var first = history == "all" ? 1 : membership.After + 1;
        Assert.Equal(ConversationTruth.Seqs(first, truth.Last), (await user.History(room)).Select(one => one.GetProperty("seq").GetInt64()));
        var read = Math.Max(membership.After, truth.LastOf(user.User));
        JsonElement view = default;
        await Wait.Until(
            async () => (view = await user.Get($"/api/conversations/{room}")).GetProperty("read_seq").GetInt64() == read,
            Soon,
            () => $"{user.User}'s read mark at {read}; it is {view.GetProperty("read_seq")}");
        Assert.Equal(truth.Last - read, view.GetProperty("unread").GetInt64());

        async Task<bool> Listed() => (await user.All("/api/conversations")).Any(one => one.GetProperty("id").GetString() == room);
    }

    /// <summary>The whole feed, from its beginning, is the memberships and nothing else, in order and once.</summary>
    private static async Task AssertFeed(RestClient user, string room, ConversationTruth truth)
    {
        var expected = truth.FeedOf(user.User);
        List<string> actual = [];
        await Wait.Until(
            async () => (actual = await Feed(user, room)).Count >= expected.Count,
            Soon,
            () => $"{expected.Count} events of {room} in {user.User}'s feed; there are {actual.Count}");
        Assert.Equal(expected, actual);
    }

    private static async Task<List<string>> Feed(RestClient user, string room)
    {
        var (resumed, frames) = await user.Sync((null, 0));
        Assert.True(resumed);
        return [.. frames.Where(frame => frame.Conversation == room && frame.Type != "conversation_read")
            .Select(frame => frame.Seq > 0 ? $"{frame.Type} {frame.Seq}" : frame.Type)];
    }

    private static async Task AssertDevice(WebFrontProcess server, RestClient user, SocketDevice device, string room, ConversationTruth truth)
    {
        var granted = truth.Memberships(user.User).SelectMany(one => ConversationTruth.Seqs(one.After + 1, one.Until ?? truth.Last)).ToHashSet();
        Assert.All(device.Frames.Where(frame => frame.Conversation == room && frame.Seq > 0), frame => Assert.Contains(frame.Seq, granted));
        await using var fresh = new SocketDevice(server.Socket, user);
        await Wait.Until(() => fresh.IsConnected, Soon, () => "a fresh device to connect");
        await Wait.Until(
            () => device.Position == fresh.Position && device.Describe().SequenceEqual(fresh.Describe()),
            Soon,
            () => $"{user.User}'s device to come to {fresh.Position}; it is at {device.Position} and lacks "
                + fresh.Describe().Except(device.Describe()).FirstOrDefault("nothing"));
    }
}
