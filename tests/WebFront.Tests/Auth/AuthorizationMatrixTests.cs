using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Tests.Realtime;

namespace ChatOrleans.WebFront.Tests.Auth;

/// <summary>
/// Every right, by every way to use it, as every kind of caller: what is answered is what docs/authorization.md says. The people of a room are
/// a stranger, one who was in it, a member, an admin, the owner, and strangers with a scope; each has targets of their own, so that what
/// one may do leaves the next one's be.
/// </summary>
[Collection(nameof(ChatServer))]
public sealed class AuthorizationMatrixTests(ChatServer server)
{
    private static readonly string[] Callers = ["stranger", "former", "member", "admin", "owner", .. ScopeRights.Table.Select(NameOf)];

    /// <summary>Who may, written down once more and by hand: were it read from the table, a wrong table would be right.</summary>
    private static readonly Dictionary<ConversationAction, (string[] InGroup, string[] InDirect)> Allowed = new()
    {
        [ConversationAction.Read] = (["member", "admin", "owner"], ["member", "owner"]),
        [ConversationAction.Post] = (["member", "admin", "owner"], ["member", "owner"]),
        [ConversationAction.ShowTyping] = (["member", "admin", "owner"], ["member", "owner"]),
        [ConversationAction.KeepOwnMarks] = (["member", "admin", "owner"], ["member", "owner"]),
        [ConversationAction.ChangeOwnMessage] = (["member", "admin", "owner"], ["member", "owner"]),
        [ConversationAction.ChangeOthersMessage] = (["admin", "owner"], []),
        [ConversationAction.ChangeConversation] = (["admin", "owner"], ["member", "owner"]),
        [ConversationAction.AddMember] = (["admin", "owner"], []),
        [ConversationAction.ChangeMember] = (["admin", "owner"], []),
        [ConversationAction.MakeOrChangeOwner] = (["owner"], []),
        [ConversationAction.Leave] = (["member", "admin", "owner"], []),
        [ConversationAction.RemoveMember] = (["admin", "owner"], []),
        [ConversationAction.RemoveAdmin] = (["owner"], []),
        [ConversationAction.RemoveOwner] = ([], []),
    };

    public static TheoryData<ConversationAction, ConversationKind> Rows
    {
        get
        {
            var rows = new TheoryData<ConversationAction, ConversationKind>();
            foreach (var action in Enum.GetValues<ConversationAction>())
            {
                rows.Add(action, ConversationKind.Group);
                rows.Add(action, ConversationKind.Direct);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task Rest_AnswersAsTheTableSays(ConversationAction action, ConversationKind kind)
    {
        var room = await Room.Open(server, kind);
        foreach (var caller in room.Callers)
        {
            foreach (var (method, path, body) in room.Calls(action, caller))
            {
                var (status, code) = await Ask(room.Id(caller), method, path, body);
                var expected = room.Expected(action, caller);
                Assert.True(
                    expected is null ? status is >= 200 and < 300 : (status, code) == (403, expected),
                    $"{method} {path} as {caller}: expected {expected ?? "success"}, got {status} {code}.");
            }
        }
    }

    [Theory]
    [InlineData("socket")]
    [InlineData("json")]
    [InlineData("messagepack")]
    public async Task Connections_AnswerAsTheTableSays(string way)
    {
        foreach (var kind in new[] { ConversationKind.Group, ConversationKind.Direct })
        {
            var room = await Room.Open(server, kind);
            foreach (var caller in room.Callers)
            {
                await using TestDevice device = way == "socket"
                    ? await SocketDevice.Connect(server, room.Id(caller))
                    : await HubDevice.Connect(server, room.Id(caller), way == "messagepack");
                foreach (var (action, command, arguments) in room.Commands(caller).Where(one => way != "socket" || one.Command is not ("edit_message" or "delete_message")))
                {
                    var code = await Ask(device, command, arguments);
                    var expected = room.Expected(action, caller);
                    Assert.True(code == expected, $"{command} as {caller} in {kind}: expected {expected ?? "success"}, got {code ?? "success"}.");
                }
            }
        }
    }

    [Fact]
    public async Task Strangers_AreToldTheSame_OfWhatIsThereAndOfWhatIsNot()
    {
        var room = await Room.Open(server, ConversationKind.Group);
        var (id, nothing) = (room.Id("stranger"), NewConversation());
        // Ids that nobody may use: also what is wrong with a message is told to members only.
        var unfit = new[] { 0, 129 }.Select(length =>
            (HttpMethod.Post, $"{room.Path}/messages", (object?)new { text = "hello", client_message_id = new string('c', length) }));
        foreach (var (method, path, body) in Enum.GetValues<ConversationAction>().SelectMany(action => room.Calls(action, "stranger")).Concat(unfit))
        {
            var there = await Text(id, method, path, body);
            var absent = await Text(id, method, path.Replace(room.Conversation, nothing, StringComparison.Ordinal), body);
            var noId = await Text(id, method, path.Replace(room.Conversation, "none", StringComparison.Ordinal), body);
            Assert.Equal(there, absent);
            Assert.Equal(there, noId);
        }
    }

    /// <summary>One who has the scope and is in no conversation.</summary>
    private static string NameOf(ScopeRight right) => $"with.{right.Scope.Replace(':', '.')}";

    private static string NewConversation() => ChatOrleans.Ids.ConversationId.New().Value;

    private static async Task<string?> Ask(TestDevice device, string command, object?[] arguments)
    {
        try
        {
            await device.Do(command, arguments);
            return null;
        }
        catch (RefusedException refusal)
        {
            return refusal.Code;
        }
    }

    private async Task<(int Status, string? Code)> Ask(string user, HttpMethod method, string path, object? body)
    {
        using var answer = await Send(user, method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : (string?)JsonNode.Parse(text)!["code"]);
    }

    private async Task<string> Text(string user, HttpMethod method, string path, object? body)
    {
        using var answer = await Send(user, method, path, body);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        told.Remove("trace_id");
        return $"{(int)answer.StatusCode} {told}";
    }

    private async Task<HttpResponseMessage> Send(string user, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await server.Token(user));
        return await server.Http.SendAsync(request);
    }

    private sealed record Room(string Conversation, ConversationKind Kind, string Suffix, Dictionary<string, string[]> OwnMessages, string[] OthersMessages)
    {
        public IEnumerable<string> Callers => Kind == ConversationKind.Direct
            ? ["stranger", "member", "owner", .. ScopeRights.Table.Select(NameOf)]
            : AuthorizationMatrixTests.Callers;

        public string Path => $"/api/conversations/{Conversation}";

        public string Id(string who) => $"{who}-{Suffix}";

        public static async Task<Room> Open(ChatServer server, ConversationKind kind)
        {
            var suffix = Guid.NewGuid().ToString("N")[..8];
            string Id(string who) => $"{who}-{suffix}";
            var direct = kind == ConversationKind.Direct;
            var others = direct
                ? [Id("member")]
                : new[] { "former", "member", "admin" }.Concat(AuthorizationMatrixTests.Callers.SelectMany(caller => new[] { $"plain-{caller}", $"helper-{caller}" })).Select(Id);
            var id = (string)(await server.Call(Id("owner"), HttpMethod.Post, "/api/conversations", new
            {
                kind = direct ? "direct" : "group",
                members = others.Select(user => new { user_id = user }).ToArray(),
            }))!["id"]!;
            var path = $"/api/conversations/{id}";
            if (!direct)
            {
                foreach (var admin in AuthorizationMatrixTests.Callers.Select(caller => $"helper-{caller}").Append("admin"))
                {
                    await server.Call(Id("owner"), HttpMethod.Post, $"{path}/members", new { user_id = Id(admin), role = "admin" });
                }
            }

            var own = new Dictionary<string, string[]>();
            foreach (var caller in direct ? ["member", "owner"] : new[] { "former", "member", "admin", "owner" })
            {
                own[caller] = [await Message(caller), await Message(caller)];
            }

            // Of one who rules nothing, so that nobody among the callers is their sender.
            var someone = direct ? null : "plain-stranger";
            var foreign = new string[6];
            for (var i = 0; i < foreign.Length; i++)
            {
                foreign[i] = someone is null ? "" : await Message(someone);
            }

            if (!direct)
            {
                await server.Call(Id("owner"), HttpMethod.Delete, $"{path}/members/{Id("former")}");
            }

            foreach (var right in ScopeRights.Table)
            {
                server.Grant(Id(NameOf(right)), right.Scope);
            }

            return new Room(id, kind, suffix, own, foreign);

            async Task<string> Message(string who) => (string)(await server.Post(Id(who), id, "hello"))["id"]!;
        }

        /// <summary>Null: it is done. Otherwise the code.</summary>
        public string? Expected(ConversationAction action, string caller) => caller switch
        {
            "member" or "admin" or "owner" => (Kind == ConversationKind.Direct ? Allowed[action].InDirect : Allowed[action].InGroup).Contains(caller) ? null : "forbidden",
            _ => "not_a_member",
        };

        private string Others(string caller, int which) => Kind == ConversationKind.Direct
            ? OwnMessages[caller == "owner" ? "member" : "owner"][which]
            : OthersMessages[(caller == "owner" ? 2 : 0) + which + (caller == "admin" ? 4 : 0)];

        public (HttpMethod Method, string Path, object? Body)[] Calls(ConversationAction action, string caller)
        {
            var (own, others) = (OwnMessages.GetValueOrDefault(caller) ?? OwnMessages["owner"], new[] { Others(caller, 0), Others(caller, 1) });
            var (plain, helper) = (Id($"plain-{caller}"), Id($"helper-{caller}"));
            (HttpMethod, string, object?)[] calls = action switch
            {
                ConversationAction.Read =>
                [
                    (HttpMethod.Get, Path, null), (HttpMethod.Get, $"{Path}/members", null), (HttpMethod.Get, $"{Path}/changes", null),
                    (HttpMethod.Get, $"{Path}/messages", null),
                ],
                ConversationAction.Post => [(HttpMethod.Post, $"{Path}/messages", new { text = "hello" })],
                ConversationAction.ShowTyping => [(HttpMethod.Post, $"{Path}/typing", null)],
                ConversationAction.KeepOwnMarks => [(HttpMethod.Post, $"{Path}/read", new { seq = 1 }), (HttpMethod.Patch, Path, new { muted = true })],
                ConversationAction.ChangeOwnMessage => [(HttpMethod.Patch, $"{Path}/messages/{own[0]}", new { text = "other" }), (HttpMethod.Delete, $"{Path}/messages/{own[0]}", null)],
                ConversationAction.ChangeOthersMessage => [(HttpMethod.Patch, $"{Path}/messages/{others[0]}", new { text = "other" }), (HttpMethod.Delete, $"{Path}/messages/{others[0]}", null)],
                ConversationAction.ChangeConversation => [(HttpMethod.Patch, Path, new { title = $"by {caller}" })],
                ConversationAction.AddMember => [(HttpMethod.Post, $"{Path}/members", new { user_id = Id($"new-{caller}") })],
                ConversationAction.ChangeMember => [(HttpMethod.Post, $"{Path}/members", new { user_id = Kind == ConversationKind.Direct ? Id("member") : plain, label = "guest" })],
                ConversationAction.MakeOrChangeOwner => [(HttpMethod.Post, $"{Path}/members", new { user_id = Kind == ConversationKind.Direct ? Id("member") : plain, role = "owner" })],
                ConversationAction.Leave => [(HttpMethod.Delete, $"{Path}/members/{Id(caller)}", null)],
                ConversationAction.RemoveMember => [(HttpMethod.Delete, $"{Path}/members/{plain}", null)],
                ConversationAction.RemoveAdmin => [(HttpMethod.Delete, $"{Path}/members/{helper}", null)],
                // The owner's own removal is leaving.
                ConversationAction.RemoveOwner => caller == "owner" ? [] : [(HttpMethod.Delete, $"{Path}/members/{Id("owner")}", null)],
                _ => throw new InvalidOperationException($"No call is known for {action}."),
            };
            return calls;
        }

        public IEnumerable<(ConversationAction Action, string Command, object?[] Arguments)> Commands(string caller)
        {
            var own = OwnMessages.GetValueOrDefault(caller) ?? OwnMessages["owner"];
            yield return (ConversationAction.Post, "send_message", [Conversation, "hello", null, null]);
            yield return (ConversationAction.ShowTyping, "typing", [Conversation]);
            yield return (ConversationAction.KeepOwnMarks, "mark_read", [Conversation, 1L]);
            yield return (ConversationAction.KeepOwnMarks, "set_active_conversation", [Conversation, true]);
            yield return (ConversationAction.ChangeOwnMessage, "edit_message", [Conversation, own[1], "other"]);
            yield return (ConversationAction.ChangeOthersMessage, "edit_message", [Conversation, Others(caller, 1), "other"]);
            yield return (ConversationAction.ChangeOthersMessage, "delete_message", [Conversation, Others(caller, 1)]);
            yield return (ConversationAction.ChangeOwnMessage, "delete_message", [Conversation, own[1]]);
        }
    }
}
