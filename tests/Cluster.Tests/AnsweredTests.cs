using System.Collections.Concurrent;
using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>What was answered before a SIGKILL is so after it, at once; what was not may be repeated, and is done once.</summary>
public sealed class AnsweredTests(ITestOutputHelper output)
{
    private const int Writers = 6;
    private static readonly int _kills = int.Parse(Environment.GetEnvironmentVariable("CHAT_ANSWERED_KILLS") ?? "4", null);

    [Fact]
    public async Task Killed_AtAnyMoment_KeepsEveryAnswer_AndARepeatMakesOne()
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        var random = new Random();
        var (answered, repeated) = (0, 0);
        for (var kill = 0; kill < _kills; kill++)
        {
            // Calls that are made once: a failure is not repeated behind our back.
            var people = new List<People>();
            for (var i = 0; i < Writers; i++)
            {
                people.Add(await People.SignIn(server, $"{kill}-{i}"));
            }

            var work = people.Select(one => one.Live()).ToList();
            await Wait.Until(
                () => people.Sum(one => one.Answers) > 60 || work.Exists(one => one.IsCompleted), TimeSpan.FromSeconds(60), () => "calls to be answered");
            await Task.Delay(random.Next(200));
            await server.Kill();
            await Task.WhenAll(work);
            await server.Start();
            foreach (var one in people)
            {
                await one.AssertKept();
                (answered, repeated) = (answered + one.Answers, repeated + await one.AssertRepeatMakesOne());
                one.Dispose();
            }
        }

        output.WriteLine($"{answered} answers kept over {_kills} kills, {repeated} repeats of posts that were not answered");
    }

    /// <summary>ada and grace of their own, who do one thing after another until the server is gone.</summary>
    private sealed class People(RestClient ada, RestClient grace, RestClient alerts) : IDisposable
    {
        private readonly ConcurrentQueue<(string What, Func<Task<bool>> IsSo)> _kept = new();
        private (string Room, string ClientId)? _posting;

        public int Answers => _kept.Count;

        public static async Task<People> SignIn(WebFrontProcess server, string name) => new(
            await server.SignIn($"ada-{name}"), await server.SignIn($"grace-{name}"), await server.SignIn($"operator-{name}", "alerts:send"));

        public async Task Live()
        {
            ada.Patience = grace.Patience = alerts.Patience = TimeSpan.Zero;
            try
            {
                for (var i = 0; ; i++)
                {
                    await Live(i);
                }
            }
            catch (TimeoutException)
            {
                // The server was killed; whether the last call was done is not known.
            }

            ada.Patience = grace.Patience = alerts.Patience = TimeSpan.FromSeconds(90);
        }

        public async Task AssertKept()
        {
            foreach (var (what, isSo) in _kept)
            {
                Assert.True(await isSo(), $"{what} was answered, and is lost.");
            }
        }

        public async Task<int> AssertRepeatMakesOne()
        {
            if (_posting is not var (room, clientId))
            {
                return 0;
            }

            var seq = await grace.Send(room, clientId, clientId);
            Assert.Equal(seq, await grace.Send(room, clientId, clientId));
            var made = Assert.Single(await grace.History(room), one => one.GetProperty("client_message_id").GetString() == clientId);
            Assert.Equal(seq, made.GetProperty("seq").GetInt64());
            return 1;
        }

        public void Dispose()
        {
            ada.Dispose();
            grace.Dispose();
            alerts.Dispose();
        }

        private async Task Live(int i)
        {
            var room = await grace.Create("group", [ada.User], $"room-{i}");
            Keep($"room {room}", async () => await Lists(ada, room) && await Lists(grace, room));
            var path = $"/api/conversations/{room}";

            var first = await Post(room, $"a-{i}");
            Keep($"message {first} of {room}", async () => (await Message(room, 1)).GetProperty("text").GetString() is not null);
            var second = await Post(room, $"b-{i}");

            await grace.Patch($"{path}/messages/{first}", new { text = "edited" });
            Keep($"the edit of {first}", async () => (await Message(room, 1)).GetProperty("text").GetString() == "edited");
            await grace.Delete($"{path}/messages/{second}");
            Keep($"the deletion of {second}", async () => (await Message(room, 2)).GetProperty("deleted").GetBoolean());

            await ada.MarkRead(room, 1);
            Keep($"ada's mark in {room}", async () => (await ada.Get(path)).GetProperty("read_seq").GetInt64() >= 1);
            await ada.Patch(path, new { muted = true });
            Keep($"ada's muting of {room}", async () => (await ada.Get(path)).GetProperty("muted").GetBoolean());

            await grace.Patch(path, new { title = $"renamed {i}" });
            Keep($"the title of {room}", async () => (await ada.Get(path)).GetProperty("title").GetString() == $"renamed {i}");
            await grace.Post($"{path}/members", new { user_id = alerts.User });
            Keep($"the new member of {room}", () => Lists(alerts, room));

            string[] to = [ada.User];
            await alerts.Post("/api/alerts", new { user_ids = to, title = $"alert {i}", content = "Look.", client_alert_id = $"alert-{i}" });
            Keep($"alert {i}", async () => await Alert(i) is { ValueKind: JsonValueKind.Object });
            if (i % 2 == 0)
            {
                await ada.Post($"/api/notifications/{(await Alert(i)).GetProperty("id").GetString()}/read", new { });
                Keep($"the reading of alert {i}", async () => (await Alert(i)).GetProperty("read").GetBoolean());
            }
        }

        private void Keep(string what, Func<Task<bool>> isSo) => _kept.Enqueue((what, isSo));

        private async Task<string> Post(string room, string clientId)
        {
            _posting = (room, clientId);
            var posted = await grace.Post($"/api/conversations/{room}/messages", new { text = clientId, client_message_id = clientId });
            _posting = null;
            return posted.GetProperty("id").GetString()!;
        }

        private async Task<JsonElement> Message(string room, long seq) => (await ada.Get($"/api/conversations/{room}/messages?after={seq - 1}&limit=1"))[0];

        private async Task<JsonElement> Alert(int i) =>
            (await ada.All("/api/notifications?limit=200")).FirstOrDefault(one => one.GetProperty("title").GetString() == $"alert {i}");

        private static async Task<bool> Lists(RestClient user, string room) =>
            (await user.All("/api/conversations?limit=200")).Exists(one => one.GetProperty("id").GetString() == room);
    }
}
