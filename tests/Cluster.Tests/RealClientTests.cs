using System.Text.Json;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;

namespace ChatOrleans.Cluster.Tests;

/// <summary>Clients that others have written connect, send, receive, and come back after the server was killed, and after it was stopped.</summary>
public sealed class RealClientTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DotNetSignalR_SendsReceivesAndComesBack(bool messagePack)
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        using var lounge = await Lounge.Open(server);
        await using var ada = await HubDevice.Connect(server, lounge.Ada, messagePack);
        await using var grace = await HubDevice.Connect(server, lounge.Grace, messagePack);

        Assert.Equal(1, await ada.Send(lounge.Id, "from ada", "a-1"));
        Assert.Equal(1, await ada.Send(lounge.Id, "from ada", "a-1"));
        Assert.Equal(2, await grace.Send(lounge.Id, "from grace", "g-1"));
        await Has(ada, lounge.Id, "from ada", "from grace");
        await Has(grace, lounge.Id, "from ada", "from grace");

        await EachEnd(server, lounge, async (ends, texts) =>
        {
            await Wait.Until(() => ada.Resumed >= ends && grace.Resumed >= ends, Soon, () => $"both to come back, and have {texts[^1]}");
            await Has(ada, lounge.Id, texts);
            await Has(grace, lounge.Id, texts);
        });

        Assert.Equal(5, await ada.Send(lounge.Id, "and on", "a-2"));
        await Has(grace, lounge.Id, "from ada", "from grace", "after the kill", "after the stop", "and on");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("messagepack")]
    public async Task JavaScriptSignalR_SendsReceivesAndComesBack(string protocol)
    {
        await using var server = new WebFrontProcess();
        await server.Start();
        using var lounge = await Lounge.Open(server);
        await using var ada = await NodeClient.Start("signalr-client.mjs", server.Http.OriginalString, lounge.Ada.Token, protocol);
        await ada.WaitFor(lines => lines.Any(line => Is(line, "hello")), "hello");

        await ada.Say(new { send = new[] { lounge.Id, "from ada", "a-1" } });
        await ada.WaitFor(lines => lines.Any(line => Is(line, "test_sent") && line.GetProperty("message").GetProperty("seq").GetInt64() == 1), "the answer");
        await lounge.Grace.Send(lounge.Id, "from grace", "g-1");
        await ada.WaitFor(lines => Texts(lines, lounge.Id).SequenceEqual(["from ada", "from grace"]), "both messages");

        await EachEnd(server, lounge, async (ends, texts) =>
        {
            await ada.WaitFor(lines => lines.Count(line => Is(line, "test_resumed")) >= ends, $"the client to resume, and have {texts[^1]}");
            await ada.WaitFor(lines => Texts(lines, lounge.Id).SequenceEqual(texts), texts[^1]);
        });

        await ada.Say(new { send = new[] { lounge.Id, "and on", "a-2" } });
        await ada.WaitFor(lines => Texts(lines, lounge.Id).Contains("and on"), "a message sent after both");

        await ada.Say(new { send = new[] { lounge.Workshop, "not mine", "a-3" } });
        await ada.WaitFor(
            lines => lines.Any(line => Is(line, "test_failed") && line.GetProperty("message").GetString()!.Contains("not_a_member:", StringComparison.Ordinal)),
            "the refusal's code");
    }

    [Fact]
    public async Task BareWebSocket_ThatKnowsNeitherTokenNorCursor_SendsReceivesAndComesBack()
    {
        await using var server = new WebFrontProcess(new Dictionary<string, string> { ["Auth__AllowUserIdWithoutToken"] = "true" });
        await server.Start();
        using var lounge = await Lounge.Open(server);
        await using var ada = await NodeClient.Start("simple-client.mjs", server.Http.Authority, "ada");
        await ada.WaitFor(lines => lines.Any(line => line.TryGetProperty("connected", out _)), "the connection");

        await ada.Say(new { send = new[] { lounge.Id, "from ada" } });
        await ada.WaitFor(lines => lines.Any(line => line.TryGetProperty("sent", out var status) && status.GetInt32() == 201), "201");
        await lounge.Grace.Send(lounge.Id, "from grace", "g-1");
        await ada.WaitFor(lines => Added(lines).SequenceEqual(["from ada", "from grace"]), "both messages, flat");
        await lounge.Alert("maintenance");
        await lounge.Grace.Post($"/api/conversations/{lounge.Workshop}/members", new { user_id = "ada" });
        await ada.WaitFor(
            lines => Notifications(lines).SequenceEqual(
                [("system_alert", $"maintenance {Unsaid.Word}", $"Look. {Unsaid.Word}"), ("new_conversation", "New Conversation", $"workshop {Unsaid.Word}")]),
            "both notifications");

        await server.Kill();
        await server.Start();
        await lounge.Grace.Send(lounge.Id, "while away", "g-2");
        await ada.WaitFor(lines => lines.Count(line => line.TryGetProperty("connected", out _)) >= 2, "the client to come back");
        // Without a cursor a feed begins at its hello, which this client does not know: some message comes after it.
        var sent = 0;
        await Wait.Until(
            async () =>
            {
                await lounge.Grace.Send(lounge.Id, $"and on {++sent}", $"on-{sent}");
                return Added(ada.Lines).LastOrDefault()?.StartsWith("and on", StringComparison.Ordinal) == true;
            },
            Soon,
            () => $"one of {sent} messages after the kill");

        // What it missed it reads as it always has: the history, merged by id.
        var history = (await lounge.Grace.History(lounge.Id)).Select(message => message.GetProperty("text").GetString()).ToList();
        Assert.Equal(["from ada", "from grace", "while away"], history.Take(3));
        await ada.Say(new { history = lounge.Id });
        await ada.WaitFor(
            lines => lines.Any(line => line.TryGetProperty("history", out var read)
                && read.EnumerateArray().Select(one => one.GetProperty("text").GetString()).SequenceEqual(history)),
            "the history as a bare array, oldest first");
    }

    /// <summary>Kills the server, then stops it; after each start linus writes, and what the others now have is checked: after how many ends, which texts.</summary>
    private static async Task EachEnd(WebFrontProcess server, Lounge lounge, Func<int, string[], Task> check)
    {
        string[] texts = ["from ada", "from grace"];
        (string Name, Func<Task> End)[] ends = [("kill", server.Kill), ("stop", () => server.Stop())];
        for (var i = 0; i < ends.Length; i++)
        {
            await ends[i].End();
            await server.Start();
            texts = [.. texts, $"after the {ends[i].Name}"];
            await lounge.Linus.Send(lounge.Id, texts[^1], ends[i].Name);
            await check(i + 1, texts);
        }
    }

    private static Task Has(HubDevice device, string room, params string[] texts) => Wait.Until(
        () => device.Texts(room).SequenceEqual(texts), Soon, () => $"{string.Join(", ", texts)}; there is {string.Join(", ", device.Texts(room))}");

    private static bool Is(JsonElement line, string type) => line.TryGetProperty("event_type", out var known) && known.GetString() == type;

    private static IEnumerable<string?> Texts(IEnumerable<JsonElement> lines, string room) => lines
        .Where(line => Is(line, "new_message") && line.GetProperty("conversation_id").GetString() == room)
        .DistinctBy(line => line.GetProperty("id").GetString())
        .Select(line => line.GetProperty("text").GetString());

    private static IEnumerable<string?> Added(IEnumerable<JsonElement> lines) => lines
        .Where(line => line.TryGetProperty("addMessage", out _))
        .Select(line => line.GetProperty("addMessage"))
        .DistinctBy(message => message.GetProperty("id").GetString())
        .Select(message => message.GetProperty("text").GetString());

    private static IEnumerable<(string?, string?, string?)> Notifications(IEnumerable<JsonElement> lines) => lines
        .Where(line => line.TryGetProperty("addNotification", out _))
        .Select(line => line.GetProperty("addNotification"))
        .Select(one => (one.GetProperty("type").GetString(), one.GetProperty("title").GetString(), one.GetProperty("content").GetString()));
}
