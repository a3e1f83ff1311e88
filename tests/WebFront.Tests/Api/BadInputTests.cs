using System.Text;
using ChatOrleans.WebFront.Tests.Hosting;

namespace ChatOrleans.WebFront.Tests.Api;

/// <summary>Whatever comes in, a documented refusal goes out, and nothing has happened.</summary>
[Collection(ServerCollection.Name)]
public sealed class BadInputTests(ChatServer server)
{
    public static TheoryData<string, string> Malformed => new()
    {
        { "nothing", "" },
        { "null", "null" },
        { "half", "{\"text\":" },
        { "a list", "[]" },
        { "a text", "\"text\"" },
        { "two values", "{\"text\":\"a\"} {\"text\":\"b\"}" },
        { "a number as text", "{\"text\":1}" },
        { "an object as text", "{\"text\":{}}" },
        { "a number as id", "{\"text\":\"a\",\"client_message_id\":7}" },
        { "no text", "{}" },
        { "null text", "{\"text\":null}" },
        { "blank text", "{\"text\":\" \\n\\t \"}" },
        { "a list as meta", "{\"text\":\"a\",\"meta\":[]}" },
        { "a text as meta", "{\"text\":\"a\",\"meta\":\"x\"}" },
        { "a deep meta", "{\"text\":\"a\",\"meta\":{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}}" },
        { "a name twice in a meta", "{\"text\":\"a\",\"meta\":{\"a\":1,\"a\":2}}" },
        { "a name that JavaScript cannot have in a meta", "{\"text\":\"a\",\"meta\":{\"__proto__\":1}}" },
        { "a text twice", "{\"text\":\"a\",\"text\":\"b\"}" },
        { "half a surrogate pair", "{\"text\":\"\\ud800\"}" },
        { "a comment", "{\"text\":\"a\"/* b */}" },
        { "a very deep body", $"{{\"text\":\"a\",\"x\":{new string('[', 5_000)}{new string(']', 5_000)}}}" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Send_WhenMalformed_IsInvalidRequest(string what, string body)
    {
        _ = what;
        var lounge = await Lounge.Open(server);
        (await lounge.Ada.PostText($"{lounge.Path}/messages", body)).IsProblem(400, "invalid_request");
        await NothingHappened(lounge);
    }

    [Fact]
    public async Task Send_WhenNotUtf8_IsInvalidRequest()
    {
        var lounge = await Lounge.Open(server);
        byte[] body = [.. "{\"text\":\""u8, 0xc3, 0x28, 0xff, .. "\"}"u8];
        (await lounge.Ada.PostBytes($"{lounge.Path}/messages", body)).IsProblem(400, "invalid_request");
        await NothingHappened(lounge);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Send_WhenNotJson_IsInvalidRequest(string? contentType)
    {
        var lounge = await Lounge.Open(server);
        (await lounge.Ada.PostBytes($"{lounge.Path}/messages", "{\"text\":\"a\"}"u8.ToArray(), contentType)).IsProblem(400, "invalid_request");
        await NothingHappened(lounge);
    }

    [Fact]
    public async Task Send_AtEachLimit_IsTaken_AndAboveItRefused()
    {
        var lounge = await Lounge.Open(server);
        var path = $"{lounge.Path}/messages";
        (await lounge.Ada.Post(path, new { text = new string('x', 8_000) })).Is(201);
        (await lounge.Ada.Post(path, new { text = new string('x', 8_001) })).IsProblem(413, "too_large");
        (await lounge.Ada.PostText(path, $"{{\"text\":\"{string.Concat(Enumerable.Repeat("\\u2615", 8_000))}\"}}")).Is(201);
        (await lounge.Ada.Post(path, new { text = "a", meta = new { x = new string('x', 4_096 - 8) } })).Is(201);
        (await lounge.Ada.Post(path, new { text = "a", meta = new { x = new string('x', 4_096) } })).IsProblem(413, "too_large");
        (await lounge.Ada.Post(path, new { text = "a", client_message_id = new string('x', 129) })).IsProblem(400, "invalid_request");
        (await lounge.Ada.Post(path, new { text = new string('x', 70_000) })).IsProblem(413, "too_large");
        Assert.Equal(3, (await lounge.Ada.Get(path)).Body.GetArrayLength());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    [InlineData("limit=1.5")]
    [InlineData("before=-1")]
    [InlineData("before=x")]
    [InlineData("after=99999999999999999999")]
    public async Task History_WhenTheQueryIsWrong_IsInvalidRequest(string query)
    {
        var lounge = await Lounge.Open(server);
        (await lounge.Ada.Get($"{lounge.Path}/messages?{query}")).IsProblem(400, "invalid_request");
    }

    [Theory]
    [InlineData("limit=")]
    [InlineData("limit=201")]
    [InlineData("limit=99999999999999999999")]
    [InlineData("before=9223372036854775807")]
    [InlineData("unknown=1")]
    public async Task History_WhenTheQueryIsOdd_IsStillRead(string query)
    {
        var lounge = await Lounge.Open(server);
        await lounge.Say(lounge.Ada, "hello");
        Assert.Equal(1, (await lounge.Ada.Get($"{lounge.Path}/messages?{query}")).Is(200).Body.GetArrayLength());
    }

    [Theory]
    [InlineData("conv_nothing")]
    [InlineData("x")]
    [InlineData("conv_00000000000000000000000000")]
    [InlineData("CONV_00000000000000000000000000")]
    [InlineData("..%2f..%2fetc")]
    [InlineData("%F0%9F%92%AC")]
    public async Task Conversation_WhichIsNotOnesOwn_IsAlwaysNotAMember(string id)
    {
        using var ada = await server.As("ada-nowhere");
        var path = $"/api/conversations/{id}";
        (await ada.Get(path)).IsProblem(403, "not_a_member");
        (await ada.Patch(path, new { title = "x" })).IsProblem(403, "not_a_member");
        (await ada.Patch(path, new { muted = true })).IsProblem(403, "not_a_member");
        (await ada.Get($"{path}/messages")).IsProblem(403, "not_a_member");
        (await ada.Post($"{path}/messages", new { text = "a" })).IsProblem(403, "not_a_member");
        (await ada.Get($"{path}/members")).IsProblem(403, "not_a_member");
        (await ada.Post($"{path}/members", new { user_id = "grace" })).IsProblem(403, "not_a_member");
        (await ada.Delete($"{path}/members/ada-nowhere")).IsProblem(403, "not_a_member");
        (await ada.Get($"{path}/changes")).IsProblem(403, "not_a_member");
        (await ada.Post($"{path}/read", new { seq = 1 })).IsProblem(403, "not_a_member");
        (await ada.Post($"{path}/typing")).IsProblem(403, "not_a_member");
    }

    [Theory]
    [InlineData("{\"members\":[]}")]
    [InlineData("{\"kind\":\"secret\",\"members\":[]}")]
    [InlineData("{\"kind\":1,\"members\":[]}")]
    [InlineData("{\"kind\":\"direct\"}")]
    [InlineData("{\"kind\":\"direct\",\"members\":[{\"user_id\":\"a\"},{\"user_id\":\"b\"}]}")]
    [InlineData("{\"kind\":\"direct\",\"members\":[{\"user_id\":\"ada-create\"}]}")]
    [InlineData("{\"kind\":\"group\",\"members\":[null]}")]
    [InlineData("{\"kind\":\"group\",\"members\":[{}]}")]
    [InlineData("{\"kind\":\"group\",\"members\":[{\"user_id\":\"a b\"}]}")]
    [InlineData("{\"kind\":\"group\",\"members\":[{\"user_id\":\"a\",\"label\":\"\"}]}")]
    [InlineData("{\"kind\":\"group\",\"members\":[],\"history\":\"none\"}")]
    [InlineData("{\"kind\":\"group\",\"members\":[],\"client_request_id\":\"\"}")]
    [InlineData("{\"kind\":\"group\",\"members\":[],\"client_request_id\":\"a\\nb\"}")]
    public async Task Create_WhenInvalid_IsRefused(string body)
    {
        using var ada = await server.As("ada-create");
        (await ada.PostText("/api/conversations", body)).IsProblem(400, "invalid_request");
        Assert.Equal(0, (await ada.Get("/api/conversations")).Is(200).Body.GetArrayLength());
    }

    [Fact]
    public async Task Create_WithAThousandMembers_IsTaken_AndWithMoreRefused()
    {
        using var ada = await server.As("ada-crowd");
        var crowd = Enumerable.Range(0, 999).Select(i => new { user_id = $"crowd-{i}", label = new string('l', 64) }).ToArray();
        Assert.Equal(1_000, (await ada.Post("/api/conversations", new { kind = "group", members = crowd })).Is(201).Number("member_count"));
        var tooMany = crowd.Append(new { user_id = "crowd-999", label = "l" });
        (await ada.Post("/api/conversations", new { kind = "group", members = tooMany })).IsProblem(400, "invalid_request");
    }

    [Theory]
    [InlineData("{\"user_ids\":[],\"title\":\"t\",\"content\":\"c\"}")]
    [InlineData("{\"title\":\"t\",\"content\":\"c\"}")]
    [InlineData("{\"user_ids\":[\"a b\"],\"title\":\"t\",\"content\":\"c\"}")]
    [InlineData("{\"user_ids\":[null],\"title\":\"t\",\"content\":\"c\"}")]
    [InlineData("{\"user_ids\":[\"a\"],\"title\":\" \",\"content\":\"c\"}")]
    [InlineData("{\"user_ids\":[\"a\"],\"title\":\"t\"}")]
    [InlineData("{\"user_ids\":[\"a\"],\"title\":\"t\",\"content\":\"c\",\"meta\":[]}")]
    [InlineData("{\"user_ids\":[\"a\"],\"title\":\"t\",\"content\":\"c\",\"meta\":{\"__proto__\":1}}")]
    [InlineData("{\"user_ids\":\"a\",\"title\":\"t\",\"content\":\"c\"}")]
    public async Task Alert_WhenInvalid_IsRefused(string body)
    {
        using var sender = await server.As("alerts-bad", scope: "alerts:send");
        (await sender.PostText("/api/alerts", body)).IsProblem(400, "invalid_request");
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("POST", "/api", 404)]
    [InlineData("GET", "/api/conversations/x/y/z", 404)]
    [InlineData("PUT", "/api/notifications", 405)]
    [InlineData("DELETE", "/api/users/me", 405)]
    [InlineData("GET", "/api/alerts", 405)]
    public async Task UnknownCall_IsAProblem(string method, string path, int status)
    {
        using var ada = await server.As("ada-lost");
        (await ada.Call(new HttpMethod(method), path)).IsProblem(status, "not_found");
    }

    [Fact]
    public async Task Members_WhenInvalid_AreRefused()
    {
        var lounge = await Lounge.Open(server);
        (await lounge.Ada.Post($"{lounge.Path}/members", new { user_id = "a b" })).IsProblem(400, "invalid_request");
        (await lounge.Ada.Post($"{lounge.Path}/members", new { user_id = "linus", role = "king" })).IsProblem(400, "invalid_request");
        (await lounge.Ada.Delete($"{lounge.Path}/members/nobody")).IsProblem(404, "not_found");
        (await lounge.Ada.Delete($"{lounge.Path}/members/%20")).IsProblem(404, "not_found");
        (await lounge.Grace.Post($"{lounge.Path}/members", new { user_id = "linus" })).IsProblem(403, "forbidden");
        (await lounge.Grace.Delete($"{lounge.Path}/members/{lounge.AdaId}")).IsProblem(403, "forbidden");
        Assert.Equal(2, (await lounge.Ada.Get(lounge.Path)).Number("member_count"));
    }

    [Fact]
    public async Task EverythingElse_IsRefusedToo()
    {
        var lounge = await Lounge.Open(server);
        foreach (var body in new[] { "{}", "{\"seq\":null}", "{\"seq\":-1}", "{\"seq\":\"1\"}", "{\"seq\":1.5}", "{\"seq\":99999999999999999999}" })
        {
            (await lounge.Ada.PostText($"{lounge.Path}/read", body)).IsProblem(400, "invalid_request");
        }

        (await lounge.Ada.Get("/api/notifications?unread=maybe")).IsProblem(400, "invalid_request");
        (await lounge.Ada.Get("/api/notifications?before=x")).IsProblem(400, "invalid_request");
        (await lounge.Ada.Get("/api/sync?cursor=x")).IsProblem(400, "invalid_request");
        (await lounge.Ada.Get($"{lounge.Path}/members?after=a%20b")).IsProblem(400, "invalid_request");
        (await lounge.Ada.Patch(lounge.Path, new { title = new string('x', 201) })).IsProblem(413, "too_large");
        (await lounge.Ada.Patch(lounge.Path, new { history = "some" })).IsProblem(400, "invalid_request");
        (await lounge.Ada.PostBytes("/api/conversations", Encoding.UTF8.GetBytes(new string(' ', 300_000)))).IsProblem(413, "too_large");
        using var stranger = server.Stranger();
        (await stranger.Post("/api/auth/token", new { user_id = "a b" })).IsProblem(400, "invalid_request");
        (await stranger.PostText("/api/auth/token", "{")).IsProblem(400, "invalid_request");
    }

    private static async Task NothingHappened(Lounge lounge) =>
        Assert.Equal(0, (await lounge.Ada.Get($"{lounge.Path}/messages")).Is(200).Body.GetArrayLength());
}
