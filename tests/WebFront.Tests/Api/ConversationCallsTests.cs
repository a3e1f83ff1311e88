using System.Text.Json;
using ChatOrleans.WebFront.Tests.Hosting;

namespace ChatOrleans.WebFront.Tests.Api;

[Collection(ServerCollection.Name)]
public sealed class ConversationCallsTests(ChatServer server)
{
    [Fact]
    public async Task Me_SaysWhoCalls()
    {
        using var ada = await server.As("ada-me", "Ada");
        var me = (await ada.Get("/api/users/me")).Is(200);
        Assert.Equal("ada-me", me.Text("id"));
        Assert.Equal("Ada", me.Text("name"));
        Assert.Equal(0, me.Number("unread_notifications"));
        Assert.NotEmpty(me.Text("epoch"));
    }

    [Fact]
    public async Task Create_IsInEveryMembersListOnceAnswered()
    {
        var lounge = await Lounge.Open(server);
        var list = (await lounge.Grace.Get("/api/conversations")).Is(200).Body;
        var mine = Assert.Single(list.EnumerateArray());
        Assert.Equal(lounge.Id, mine.GetProperty("id").GetString());
        Assert.Equal("lounge", mine.GetProperty("title").GetString());
        Assert.Equal(2, mine.GetProperty("member_count").GetInt32());
        Assert.Equal(["grace", "ada"], mine.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("user_id").GetString()!.Split('-')[0]));
    }

    [Fact]
    public async Task Create_WhenRequestIsRepeated_AnswersTheSameWith200()
    {
        using var ada = await server.As("ada-repeat");
        var body = new { kind = "group", members = new[] { new { user_id = "grace-repeat" } }, client_request_id = "request 1" };
        var first = (await ada.Post("/api/conversations", body)).Is(201);
        Assert.Equal($"/api/conversations/{first.Text("id")}", first.Header("Location"));
        Assert.Equal(first.Text("id"), (await ada.Post("/api/conversations", body)).Is(200).Text("id"));
    }

    [Fact]
    public async Task Create_WhenTwoStartTheSameDirectOneAtOnce_MakesOne()
    {
        using var ada = await server.As("ada-direct");
        using var grace = await server.As("grace-direct");
        var answers = await Task.WhenAll(
            ada.Post("/api/conversations", new { kind = "direct", members = new[] { new { user_id = "grace-direct" } } }),
            grace.Post("/api/conversations", new { kind = "direct", members = new[] { new { user_id = "ada-direct" } } }));
        Assert.Equal(answers[0].Text("id"), answers[1].Text("id"));
        Assert.Equal([200, 201], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task List_IsPagedByLinks_LatestActivityFirst()
    {
        using var ada = await server.As("ada-pages");
        List<string> created = [];
        for (var i = 0; i < 5; i++)
        {
            created.Insert(0, (await ada.Post("/api/conversations", new { kind = "group", title = $"room {i}", members = Array.Empty<object>() })).Is(201).Text("id"));
        }

        List<string> seen = [];
        for (var next = "/api/conversations?limit=2"; next is not null;)
        {
            var page = (await ada.Get(next)).Is(200);
            seen.AddRange(page.Body.EnumerateArray().Select(conversation => conversation.GetProperty("id").GetString()!));
            next = page.Link("prev");
            Assert.True(next is null || next.Contains("limit=2", StringComparison.Ordinal), $"The link forgets the limit: {next}");
        }

        Assert.Equal(created, seen);
    }

    [Fact]
    public async Task List_AndSnapshot_OfMoreThanFifty_AreTheLatestFifty_AndSayThatThereAreMore()
    {
        using var ada = await server.As("ada-fifty");
        List<string> created = [];
        for (var i = 0; i < 50; i++)
        {
            await Create();
        }

        Assert.False((await Snapshot()).GetProperty("more").GetBoolean());
        Assert.Null((await ada.Get("/api/conversations")).Is(200).Link("prev"));

        await Create();

        var snapshot = await Snapshot();
        Assert.True(snapshot.GetProperty("more").GetBoolean());
        Assert.Equal(created.Take(50), Ids(snapshot.GetProperty("conversations")));
        var list = (await ada.Get("/api/conversations")).Is(200);
        Assert.Equal(created.Take(50), Ids(list.Body));
        Assert.Equal(created.Skip(50), Ids((await ada.Get(list.Link("prev")!)).Is(200).Body));

        async Task Create() => created.Insert(0, (await ada.Post("/api/conversations", new { kind = "group", members = Array.Empty<object>() })).Is(201).Text("id"));

        async Task<JsonElement> Snapshot() => (await ada.Get("/api/sync")).Is(200).Body.GetProperty("snapshot");

        static IEnumerable<string> Ids(JsonElement conversations) => conversations.EnumerateArray().Select(one => one.GetProperty("id").GetString()!);
    }

    [Fact]
    public async Task Change_ChangesForAll_AndMutesForOneselfAlone()
    {
        var lounge = await Lounge.Open(server);
        var changed = (await lounge.Ada.Patch(lounge.Path, new { title = "den", meta = new { color = "red" }, history = "since_joined", muted = true })).Is(200);
        Assert.Equal("den", changed.Text("title"));
        Assert.Equal("red", changed.Body.GetProperty("meta").GetProperty("color").GetString());
        Assert.Equal("since_joined", changed.Text("history"));
        Assert.True(changed.Body.GetProperty("muted").GetBoolean());
        var other = (await lounge.Grace.Get(lounge.Path)).Is(200);
        Assert.Equal("den", other.Text("title"));
        Assert.False(other.Body.GetProperty("muted").GetBoolean());
    }

    [Fact]
    public async Task Change_WhenOnlyMember_MayMuteAndNothingElse()
    {
        var lounge = await Lounge.Open(server);
        (await lounge.Grace.Patch(lounge.Path, new { title = "mine", muted = true })).IsProblem(403, "forbidden");
        Assert.False((await lounge.Grace.Get(lounge.Path)).Body.GetProperty("muted").GetBoolean());
        Assert.True((await lounge.Grace.Patch(lounge.Path, new { muted = true })).Is(200).Body.GetProperty("muted").GetBoolean());
    }

    [Fact]
    public async Task Members_AreAddedListedAndRemoved()
    {
        var lounge = await Lounge.Open(server);
        var grown = (await lounge.Ada.Post($"{lounge.Path}/members", new { user_id = lounge.LinusId, role = "admin", label = "expert" })).Is(200);
        Assert.Equal(3, grown.Number("member_count"));

        var first = (await lounge.Grace.Get($"{lounge.Path}/members?limit=2")).Is(200);
        var rest = (await lounge.Grace.Get(first.Link("next")!)).Is(200);
        var all = first.Body.EnumerateArray().Concat(rest.Body.EnumerateArray()).ToList();
        Assert.Equal([lounge.AdaId, lounge.GraceId, lounge.LinusId], all.Select(member => member.GetProperty("user_id").GetString()));
        Assert.Equal(["owner", "member", "admin"], all.Select(member => member.GetProperty("role").GetString()));
        Assert.Null(rest.Link("next"));

        (await lounge.Linus.Delete($"{lounge.Path}/members/{lounge.GraceId}")).Is(204);
        (await lounge.Grace.Get(lounge.Path)).IsProblem(403, "not_a_member");
        (await lounge.Linus.Delete($"{lounge.Path}/members/{lounge.LinusId}")).Is(204);
        Assert.Equal(1, (await lounge.Ada.Get(lounge.Path)).Is(200).Number("member_count"));
    }

    [Fact]
    public async Task Conversation_OfMany_ShowsFiftyMembers_OneselfThenWhoRulesItFirst()
    {
        const string suffix = "of-many";
        using var owner = await server.As($"owner-{suffix}");
        string[] others = [.. Enumerable.Range(1, 60).Select(i => $"member{i}-{suffix}"), $"admin-{suffix}", $"last-{suffix}"];
        var path = $"/api/conversations/{(await owner.Post("/api/conversations", new { kind = "group", members = others.Select(id => new { user_id = id }) })).Is(201).Text("id")}";
        (await owner.Post($"{path}/members", new { user_id = $"admin-{suffix}", role = "admin" })).Is(200);
        using var last = await server.As($"last-{suffix}");

        var seen = (await last.Get(path)).Is(200);

        Assert.Equal(63, seen.Number("member_count"));
        var members = seen.Body.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("user_id").GetString()!).ToList();
        Assert.Equal(50, members.Distinct().Count());
        Assert.Equal(50, members.Count);
        Assert.Equal(["last", "owner", "admin"], members.Take(3).Select(id => id.Split('-')[0]));
    }

    [Fact]
    public async Task Members_AreAThousandAtTheMost()
    {
        using var ada = await server.As("ada-thousand");
        var others = Enumerable.Range(1, 999).Select(i => new { user_id = $"member{i}-thousand" });
        var path = $"/api/conversations/{(await ada.Post("/api/conversations", new { kind = "group", members = others })).Is(201).Text("id")}";

        (await ada.Post($"{path}/members", new { user_id = "one-more" })).IsProblem(400, "invalid_request");

        Assert.Equal(1_000, (await ada.Get(path)).Is(200).Number("member_count"));
        (await ada.Post("/api/conversations", new { kind = "group", members = others.Append(new { user_id = "one-more" }) })).IsProblem(400, "invalid_request");
        // Who is in it already is no other, and where one has gone there is room again.
        (await ada.Post($"{path}/members", new { user_id = "member7-thousand", label = "guest" })).Is(200);
        (await ada.Delete($"{path}/members/member7-thousand")).Is(204);
        Assert.Equal(1_000, (await ada.Post($"{path}/members", new { user_id = "one-more" })).Is(200).Number("member_count"));
    }

    [Fact]
    public async Task Changes_TellWhatHappened_InOrder()
    {
        var lounge = await Lounge.Open(server);
        var message = await lounge.Say(lounge.Ada, "hello");
        await lounge.Ada.Patch(lounge.Path, new { title = "den" });
        (await lounge.Ada.Delete($"{lounge.Path}/messages/{message.GetProperty("id").GetString()}")).Is(204);

        var first = (await lounge.Grace.Get($"{lounge.Path}/changes?limit=2")).Is(200);
        var rest = (await lounge.Grace.Get(first.Link("next")!)).Is(200);
        var changes = first.Body.EnumerateArray().Concat(rest.Body.EnumerateArray()).ToList();
        Assert.Equal([1L, 2, 3], changes.Select(change => change.GetProperty("rev").GetInt64()));
        Assert.Equal(["created", "conversation_changed", "message_deleted"], changes.Select(change => change.GetProperty("type").GetString()));
        Assert.Equal([0L, 1, 1], changes.Select(change => change.GetProperty("at_seq").GetInt64()));
        Assert.True(changes[2].GetProperty("message").GetProperty("deleted").GetBoolean());
    }

    [Fact]
    public async Task Read_MovesTheMark_AndReadsItsNotifications()
    {
        var lounge = await Lounge.Open(server);
        await lounge.SayMany(lounge.Ada, 3);
        await Eventually.Is(() => lounge.Grace.Get("/api/notifications"), page => page.Header("X-Unread-Count") == "4", "three messages and the invitation");

        var read = (await lounge.Grace.Post($"{lounge.Path}/read", new { seq = 2 })).Is(200);
        Assert.Equal((2, 1), (read.Number("read_seq"), read.Number("unread")));
        Assert.Equal(2, (await lounge.Grace.Post($"{lounge.Path}/read", new { seq = 1 })).Is(200).Number("read_seq"));
        Assert.Equal(3, (await lounge.Grace.Post($"{lounge.Path}/read", new { seq = 999 })).Is(200).Number("read_seq"));
        var unread = (await lounge.Grace.Get("/api/notifications?unread=1")).Is(200);
        Assert.DoesNotContain(unread.Body.EnumerateArray(), notification => notification.GetProperty("type").GetString() == "new_message");
    }

    [Fact]
    public async Task Typing_IsTakenFromMembersOnly()
    {
        var lounge = await Lounge.Open(server);
        (await lounge.Ada.Post($"{lounge.Path}/typing")).Is(204);
        (await lounge.Linus.Post($"{lounge.Path}/typing")).IsProblem(403, "not_a_member");
    }
}
