using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ChatOrleans.Cluster.Tests;

/// <summary>Erasure, export and retention in a real process that is killed in the middle, again and again: they go on by themselves to the end.</summary>
[Collection(Alone.Name)]
public sealed class DataRightsTests(ITestOutputHelper output)
{
    private const int Rooms = 4;
    private const int PerRoom = 1_500;
    private const int Kept = 100;

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Jobs_OfAProcessThatIsKilled_GoOnByThemselves()
    {
        await using var server = new WebFrontProcess(new Dictionary<string, string> { ["Grains__SweepInterval"] = "00:00:01" });
        await server.Start();
        using var ada = await server.SignIn("ada");
        using var grace = await server.SignIn("grace");
        var rooms = await Task.WhenAll(Enumerable.Range(0, Rooms).Select(i => grace.Create("group", ["ada"], $"room {i}")));
        await Task.WhenAll(rooms.SelectMany(room => Enumerable.Range(0, 8).Select(async lane =>
        {
            for (var i = lane; i < PerRoom; i += 8)
            {
                await ada.Send(room, $"nobody else's words {i}", $"c-{i}");
            }
        })));
        using var operate = await server.SignIn("operator", "chat:admin");

        await KillInTheMiddle(server, operate, "export");
        var export = await Finished(operate, "export");
        Assert.Equal(Rooms * PerRoom, export.GetProperty("messages").GetInt64());

        await KillInTheMiddle(server, operate, "erase");
        // Nobody asks how far it is: the messages themselves tell.
        foreach (var room in rooms)
        {
            await Wait.Until(
                async () => (await grace.Get($"/api/conversations/{room}/messages?after={PerRoom - 1}&limit=1")).EnumerateArray().Single().GetProperty("deleted").GetBoolean(),
                s_long, () => $"the last message of {room} to be erased");
            var history = await grace.History(room);
            Assert.Equal(PerRoom, history.Count);
            Assert.All(history, message => Assert.True(message.GetProperty("deleted").GetBoolean() && message.GetProperty("text").GetString() == ""));
        }

        Assert.Equal(Rooms * PerRoom, (await Finished(operate, "erase")).GetProperty("messages").GetInt64());
        await AssertUnread(grace, 0);

        await KillDuringRetention(server, operate, grace);
        await grace.HasNoDrift();
    }

    /// <summary>Three times, each after it has come further than before; fewer where it is quicker than that.</summary>
    private async Task KillInTheMiddle(WebFrontProcess server, RestClient operate, string job)
    {
        var path = $"/operator/api/users/ada/{job}";
        var seen = new List<long>();
        // Where it has ended before it is first looked at, it is begun anew.
        for (var begun = 0; seen.Count == 0; begun++)
        {
            Assert.True(begun < 5, $"The {job} was to be seen while it runs.");
            await operate.Post(path, new { });
            await KillThrice(server, operate, path, seen);
        }

        output.WriteLine($"{job}: killed at {string.Join(", ", seen)} of {Rooms * PerRoom} messages");
    }

    /// <param name="seen">How many messages it had come to, at each kill.</param>
    private static async Task KillThrice(WebFrontProcess server, RestClient operate, string path, List<long> seen)
    {
        for (var kills = 0; kills < 3; kills++)
        {
            var before = seen.Count == 0 ? 0 : seen[^1];
            var state = await operate.Get(path);
            while (state.GetProperty("running").GetBoolean() && state.GetProperty("messages").GetInt64() <= before)
            {
                state = await operate.Get(path);
            }

            if (!state.GetProperty("running").GetBoolean())
            {
                break;
            }

            await server.Kill();
            seen.Add(state.GetProperty("messages").GetInt64());
            await server.Start();
        }
    }

    private static async Task<JsonElement> Finished(RestClient operate, string job)
    {
        var state = default(JsonElement);
        await Wait.Until(
            async () => !(state = await operate.Get($"/operator/api/users/ada/{job}")).GetProperty("running").GetBoolean(), s_long, () => $"the end of the {job}: {state}");
        return state;
    }

    private async Task KillDuringRetention(WebFrontProcess server, RestClient operate, RestClient grace)
    {
        using var linus = await server.SignIn("linus");
        // Where the kill came before or after all of it, it is begun anew.
        for (var begun = 0; !await KilledDuringRetention(server, operate, grace, linus, begun); begun++)
        {
            Assert.True(begun < 4, "The retention was to be seen while it removes.");
        }
    }

    /// <summary>False where the kill missed the middle.</summary>
    /// <param name="before">How many rooms were left with what is kept.</param>
    private async Task<bool> KilledDuringRetention(WebFrontProcess server, RestClient operate, RestClient grace, RestClient linus, int before)
    {
        var notified = before * (Kept + 1);
        var room = await linus.Create("group", ["grace"], $"kept for a while {before}");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async lane =>
        {
            for (var i = lane; i < PerRoom; i += 8)
            {
                await linus.Send(room, $"message {i}", $"c-{i}");
            }
        }));
        await AssertUnread(grace, notified + PerRoom + 1);
        var patience = operate.Patience;
        operate.Patience = TimeSpan.Zero;
        var setting = SetRetention();
        var first = 1L;
        while (first == 1 && !setting.IsCompleted)
        {
            first = (await grace.Get($"/api/conversations/{room}")).GetProperty("first_seq").GetInt64();
        }

        await server.Kill();
        // Answered, where it was quicker than the kill.
        await ((Task)setting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await server.Start();
        output.WriteLine($"retention: killed when {first - 1} of {PerRoom - Kept} were removed");
        var isInTheMiddle = first > 1 && first - 1 < PerRoom - Kept;
        operate.Patience = patience;
        if (!isInTheMiddle)
        {
            // It may have come to nothing.
            await SetRetention();
        }

        await Wait.Until(
            async () => (first = (await grace.Get($"/api/conversations/{room}")).GetProperty("first_seq").GetInt64()) == PerRoom - Kept + 1,
            s_long, () => $"the retention to go on from {first}");
        await AssertUnread(grace, notified + Kept + 1);
        var unread = await grace.All("/api/notifications?unread=1&limit=200");
        Assert.Equal(notified + Kept + 1, unread.Count);
        return isInTheMiddle;

        Task<JsonElement> SetRetention() => operate.Post($"/operator/api/conversations/{room}/retention", new { messages = Kept });
    }

    private static async Task AssertUnread(RestClient user, int count)
    {
        var unread = -1;
        await Wait.Until(
            async () => (unread = (await user.Get("/api/users/me")).GetProperty("unread_notifications").GetInt32()) == count,
            s_long, () => $"{count} unread notifications; there are {unread}");
    }
}
