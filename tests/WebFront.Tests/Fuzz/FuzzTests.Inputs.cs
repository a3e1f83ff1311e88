using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOrleans.WebFront.Tests.Fuzz;

/// <summary>What is sent: right inputs, of which the mutator makes nearly right ones.</summary>
public sealed partial class FuzzTests
{
    private JsonObject Frame(Mutator mutator)
    {
        var frame = new JsonObject
        {
            ["action"] = mutator.Or(mutator.Pick(["send_message", "set_active_conversation", "mark_read", "mark_notification_read", "mark_all_notifications_read", "typing", "ping", "none"])),
            ["request_id"] = mutator.Or("r-1"),
        };
        foreach (var (name, value) in Values(mutator))
        {
            if (mutator.Chance(0.6))
            {
                frame[name] = mutator.Or(value);
            }
        }

        return frame;
    }

    private Dictionary<string, JsonNode?> Values(Mutator mutator) => new()
    {
        ["conversation_id"] = _room,
        ["text"] = "hello",
        ["client_message_id"] = $"c-{mutator.Number(50)}",
        ["meta"] = new JsonObject { ["a"] = 1 },
        ["visible"] = true,
        ["seq"] = 1,
        ["cursor"] = 1,
        ["notification_id"] = $"msg-{_message}",
    };

    private JsonNode? HubMessage(Mutator mutator) => mutator.Number(12) switch
    {
        0 when mutator.Wild => mutator.Any(3),
        1 when mutator.Wild => new JsonObject { ["type"] = mutator.Or(mutator.Number(9)), ["invocationId"] = mutator.Or("1"), ["item"] = mutator.Any(2), ["error"] = mutator.Any(1) },
        _ => new JsonObject
        {
            ["type"] = mutator.Chance(0.95) ? 1 : mutator.Wild ? mutator.Number(9) : 99,
            ["invocationId"] = mutator.Chance(0.9) ? "1" : mutator.Wild ? mutator.Any(1) : "2",
            ["target"] = mutator.Wild ? mutator.Or(Method(mutator)) : Method(mutator),
            ["arguments"] = !mutator.Wild || mutator.Chance(0.95) ? Arguments(mutator) : mutator.Any(2),
        },
    };

    /// <summary>The hub's protocol in MessagePack: [1, headers, id, target, arguments].</summary>
    private JsonArray Call(Mutator mutator) => !mutator.Wild
        ? [mutator.Chance(0.95) ? 1 : 99, new JsonObject(), "1", Method(mutator), Arguments(mutator)]
        : [mutator.Chance(0.95) ? 1 : mutator.Any(1), new JsonObject(), mutator.Chance(0.95) ? "1" : mutator.Any(1), mutator.Or(Method(mutator)),
            mutator.Chance(0.95) ? Arguments(mutator) : mutator.Any(2)];

    private static string Method(Mutator mutator) => mutator.Pick(
        ["SendMessage", "EditMessage", "DeleteMessage", "SetActiveConversation", "MarkRead", "MarkNotificationRead", "MarkAllNotificationsRead", "Typing", "Ping", "Resume", "OnConnectedAsync", "Dispose"]);

    private JsonArray Arguments(Mutator mutator) =>
        [.. Enumerable.Range(0, mutator.Number(6)).Select(i => mutator.Or(i == 0 ? _room : mutator.Pick(Values(mutator).Values.ToList())))];

    private HttpRequestMessage Request(Mutator mutator)
    {
        var room = mutator.Chance(0.8) ? _room : Uri.EscapeDataString(mutator.Any(0)?.ToString() ?? "");
        var message = mutator.Chance(0.8) ? _message : Uri.EscapeDataString(mutator.Any(0)?.ToString() ?? "");
        var (methods, path) = mutator.Pick(
        [
            ("GET", "users/me"), ("GET", "users/me/audit"), ("POST", "users/mallory/revoke-tokens"), ("POST", "ws-ticket"), ("GET POST", "conversations"),
            ("GET PATCH", $"conversations/{room}"), ("GET POST", $"conversations/{room}/members"), ("DELETE", $"conversations/{room}/members/{message}"),
            ("GET", $"conversations/{room}/changes"), ("GET POST POST", $"conversations/{room}/messages"), ("PATCH DELETE", $"conversations/{room}/messages/{message}"),
            ("POST", $"conversations/{room}/read"), ("POST", $"conversations/{room}/typing"), ("GET", "notifications"), ("POST", $"notifications/{message}/read"),
            ("POST", "notifications/read-all"), ("GET", "notifications/why"), ("GET", "sync"), ("POST", "alerts"),
        ]);
        var query = string.Join('&', Enumerable.Range(0, mutator.Number(3)).Select(_ =>
            $"{mutator.Pick(["limit", "before", "after", "cursor", "epoch", "unread", "message_id", "user_id"])}={Uri.EscapeDataString(mutator.Any(0)?.ToString() ?? "")}"));
        var shortened = $"/api/{path}?{query}";
        var request = new HttpRequestMessage(
            new HttpMethod(mutator.Chance(0.97) ? mutator.Pick(methods.Split(' ')) : mutator.Pick(["PUT", "HEAD", "OPTIONS", "DELETE", "NONE"])),
            shortened.Length > 4_000 ? shortened[..4_000].TrimEnd('%') : shortened);
        if (mutator.Chance(0.3))
        {
            request.Headers.TryAddWithoutValidation(
                mutator.Pick(["Origin", "X-Forwarded-For", "Accept", "If-None-Match", "Range", "Cookie", "traceparent"]), mutator.Pick(["null", "*", "http://127.0.0.1", "1.2.3.4, 5", "00-x", "bytes=0-"]));
        }

        if (request.Method != HttpMethod.Get)
        {
            var body = new JsonObject();
            foreach (var (name, value) in Bodies(mutator))
            {
                if (mutator.Chance(0.5))
                {
                    body[name] = mutator.Or(value);
                }
            }

            request.Content = new ByteArrayContent(mutator.Bytes(mutator.Odd(mutator.Chance(0.95) ? body.ToJsonString() : mutator.Any(3)?.ToJsonString() ?? "")));
            request.Content.Headers.ContentType = mutator.Chance(0.95) ? new MediaTypeHeaderValue("application/json") : null;
        }

        return request;
    }

    private Dictionary<string, JsonNode?> Bodies(Mutator mutator) => new(Values(mutator))
    {
        ["kind"] = mutator.Pick(["group", "direct", "support"]),
        ["members"] = new JsonArray(new JsonObject { ["user_id"] = "linus", ["label"] = mutator.Or("guest") }),
        ["title"] = "lounge",
        ["history"] = "all",
        ["client_request_id"] = $"c-{mutator.Number(20)}",
        ["user_id"] = "linus",
        ["role"] = "member",
        ["muted"] = false,
        ["user_ids"] = new JsonArray("linus"),
        ["content"] = "hello",
        ["client_alert_id"] = "a-1",
    };
}
