using System.Text.Json;
using ChatOrleans.WebFront.Tests.Hosting;

namespace ChatOrleans.WebFront.Tests.Api;

/// <summary>Notifications, alerts and the feed by pulling.</summary>
[Collection(ServerCollection.Name)]
public sealed class InboxCallsTests(ChatServer server)
{
    [Fact]
    public async Task Notifications_ArePagedNewestFirst_WithTheUnreadCount()
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Ada, 4);
        await Eventually.Is(() => lounge.Grace.Get("/api/notifications"), page => page.Body.GetArrayLength() == 5, "four messages and the invitation");

        List<string> seen = [];
        for (var next = "/api/notifications?unread=1&limit=2"; next is not null;)
        {
            var page = (await lounge.Grace.Get(next)).Is(200);
            Assert.Equal("5", page.Header("X-Unread-Count"));
            seen.AddRange(page.Body.EnumerateArray().Select(notification => notification.GetProperty("content").GetString()!));
            next = page.Link("prev");
            Assert.True(next is null || next.Contains("unread=1", StringComparison.Ordinal), $"The link forgets the filter: {next}");
        }

        Assert.Equal(["message 4", "message 3", "message 2", "message 1", "lounge"], seen);
    }

    [Fact]
    public async Task Notification_IsMarkedRead_OneAndAll()
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Ada, 2);
        var page = await Eventually.Is(() => lounge.Grace.Get("/api/notifications"), page => page.Body.GetArrayLength() == 3, "two messages and the invitation");
        var newest = page.Body[0];
        Assert.Equal("new_message", newest.GetProperty("type").GetString());
        Assert.Equal(lounge.Id, newest.GetProperty("meta").GetProperty("conversationId").GetString());
        (await lounge.Grace.Post($"/api/notifications/{newest.GetProperty("id").GetString()}/read")).Is(204);
        Assert.Equal("2", (await lounge.Grace.Get("/api/notifications")).Header("X-Unread-Count"));
        (await lounge.Grace.Post("/api/notifications/read-all")).Is(204);
        Assert.Equal("0", (await lounge.Grace.Get("/api/notifications?unread=1")).Header("X-Unread-Count"));
        (await lounge.Ada.Post($"/api/notifications/{newest.GetProperty("id").GetString()}/read")).IsProblem(404, "not_found");
        // Nor what no id of an alert can be, of which no key of the store is made.
        foreach (var id in new[] { "alert-", "alert-%01", "alert-a%20b", $"alert-{new string('a', 300)}", $"alert-{new string('a', 32)}" })
        {
            (await lounge.Ada.Post($"/api/notifications/{id}/read")).IsProblem(404, "not_found");
        }
    }

    [Fact]
    public async Task Alert_ReachesAll_AndARepeatChangesNothing()
    {
        using var sender = await server.As("alerts", scope: "other alerts:send");
        using var ada = await server.As("ada-alert");
        var body = new { user_ids = new[] { "ada-alert", "grace-alert", "ada-alert" }, title = "Maintenance", content = "At noon.", meta = new { at = 12 }, client_alert_id = "a-1" };
        (await sender.Post("/api/alerts", body)).Is(202);
        (await sender.Post("/api/alerts", body)).Is(202);
        var alert = Assert.Single((await ada.Get("/api/notifications")).Is(200).Body.EnumerateArray());
        Assert.StartsWith("alert-", alert.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(("system_alert", "Maintenance", "At noon."),
            (alert.GetProperty("type").GetString(), alert.GetProperty("title").GetString(), alert.GetProperty("content").GetString()));
        Assert.Equal(12, alert.GetProperty("meta").GetProperty("at").GetInt32());
    }

    [Fact]
    public async Task Alert_ToAThousandUsersOfTheLongestNames_Fits()
    {
        using var sender = await server.As("alerts-many", scope: "alerts:send");
        var users = Enumerable.Range(0, 1_000).Select(i => $"{i:d4}{new string('x', 60)}").ToArray();
        (await sender.Post("/api/alerts", new { user_ids = users, title = "All", content = "of you" })).Is(202);
        (await sender.Post("/api/alerts", new { user_ids = users.Append("one-more"), title = "All", content = "of you" })).IsProblem(400, "invalid_request");
    }

    [Fact]
    public async Task Alert_WithoutTheScope_IsForbidden()
    {
        using var ada = await server.As("ada-scopeless", scope: "alerts:read");
        (await ada.Post("/api/alerts", new { user_ids = new[] { "grace" }, title = "x", content = "y" })).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task Why_AndAudit_AreToldToTheCaller()
    {
        var lounge = await Lounge.Open(server);
        var id = (await lounge.Say(lounge.Ada, "hello")).GetProperty("id").GetString();
        var why = (await lounge.Grace.Get($"/api/notifications/why?message_id={id}")).Is(200);
        Assert.Equal(("delivered", $"msg-{id}"), (why.Text("reason"), why.Text("notification_id")));
        Assert.Equal("own_message", (await lounge.Ada.Get($"/api/notifications/why?message_id={id}")).Is(200).Text("reason"));
        Assert.Equal("not_a_member", (await lounge.Linus.Get($"/api/notifications/why?message_id={id}")).Is(200).Text("reason"));
        (await lounge.Ada.Get("/api/notifications/why?message_id=msg_1")).IsProblem(400, "invalid_request");
        (await lounge.Ada.Get($"/api/notifications/why?message_id={id}9")).IsProblem(404, "not_found");

        var audit = (await lounge.Grace.Get("/api/users/me/audit")).Is(200);
        Assert.Equal((0, 1, 1), (audit.Number("drift"), audit.Number("checked_messages"), audit.Number("checked_conversations")));
    }

    [Fact]
    public async Task Sync_WithoutCursor_IsASnapshot_AndThenGoesOnExactly()
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Ada, 3);
        var start = await Eventually.Is(() => lounge.Grace.Get("/api/sync"), sync => sync.Number("cursor") == 4, "an invitation and three messages in the feed");
        Assert.False(start.Body.GetProperty("resumed").GetBoolean());
        Assert.Equal(lounge.Id, start.Body.GetProperty("snapshot").GetProperty("conversations")[0].GetProperty("id").GetString());

        await lounge.SayMany(lounge.Ada, 3);
        var (cursor, epoch) = (start.Number("cursor"), start.Text("epoch"));
        await Eventually.Is(() => lounge.Grace.Get("/api/users/me"), me => me.Number("cursor") == 7, "three more messages in the feed");
        List<JsonElement> events = [];
        for (var more = true; more;)
        {
            var page = (await lounge.Grace.Get($"/api/sync?cursor={cursor}&epoch={epoch}&limit=2")).Is(200);
            Assert.True(page.Body.GetProperty("resumed").GetBoolean());
            Assert.Equal(7, page.Number("head"));
            events.AddRange(page.Body.GetProperty("events").EnumerateArray());
            cursor = page.Number("cursor");
            more = page.Body.GetProperty("more").GetBoolean();
        }

        Assert.Equal([5L, 6, 7], events.Select(e => e.GetProperty("cursor").GetInt64()));
        Assert.All(events, e => Assert.Equal("new_message", e.GetProperty("event_type").GetString()));
        Assert.All(events, e => Assert.Equal(e.GetProperty("id").GetString(), e.GetProperty("message").GetProperty("id").GetString()));
        Assert.Equal([4L, 5, 6], events.Select(e => e.GetProperty("seq").GetInt64()));
    }

    [Fact]
    public async Task Sync_FromBeforeADeletion_TellsTheTextNoMore()
    {
        var lounge = await Lounge.Open(server);
        var message = await lounge.Say(lounge.Ada, "secret");
        var start = await Eventually.Is(() => lounge.Grace.Get("/api/sync"), sync => sync.Number("cursor") == 2, "the invitation and the message in the feed");

        (await lounge.Ada.Delete($"{lounge.Path}/messages/{message.GetProperty("id").GetString()}")).Is(204);

        var path = $"/api/sync?cursor=1&epoch={start.Text("epoch")}";
        var told = await Eventually.Is(() => lounge.Grace.Get(path), sync => sync.Number("cursor") == 3, "the deletion in the feed");
        Assert.Equal(["new_message", "message_deleted"], told.Body.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("event_type").GetString()));
        Assert.DoesNotContain("secret", told.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_WhenTheEpochIsUnknown_IsNotResumed()
    {
        var lounge = await Lounge.Open(server);
        var page = (await lounge.Ada.Get("/api/sync?cursor=1&epoch=never-was")).Is(200);
        Assert.False(page.Body.GetProperty("resumed").GetBoolean());
        Assert.Equal(JsonValueKind.Object, page.Body.GetProperty("snapshot").ValueKind);
    }
}
