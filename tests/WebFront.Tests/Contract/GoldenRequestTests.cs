using System.Text;
using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Realtime.Sockets;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Contract;

/// <summary>What a raw socket's client sends is understood as it is meant.</summary>
public sealed class GoldenRequestTests
{
    private static readonly Dictionary<string, JsonObject> Requests = new()
    {
        ["send_message"] = new()
        {
            ["conversation_id"] = Samples.Lounge.Value,
            ["text"] = "Hello there!",
            ["client_message_id"] = "c-1",
            ["meta"] = new JsonObject { ["customer_name"] = "Ada" },
        },
        ["set_active_conversation"] = new() { ["conversation_id"] = Samples.Lounge.Value, ["visible"] = true },
        ["mark_read"] = new() { ["conversation_id"] = Samples.Lounge.Value, ["seq"] = 57 },
        ["mark_notification_read"] = new() { ["notification_id"] = Samples.MessageNotification.Id },
        ["mark_all_notifications_read"] = [],
        ["typing"] = new() { ["conversation_id"] = Samples.Lounge.Value },
        ["ping"] = new() { ["cursor"] = 1842 },
    };

    public static TheoryData<string> Actions => [.. Requests.Keys];

    [Theory, MemberData(nameof(Actions))]
    public void Request_IsAsTheContractHasIt(string action)
    {
        var request = new JsonObject { ["action"] = action, ["request_id"] = "r-1" };
        foreach (var (name, value) in Requests[action])
        {
            request[name] = value?.DeepClone();
        }

        GoldenFile.Check($"requests/{action}", request);
    }

    [Theory, MemberData(nameof(Actions))]
    public void Request_Parsed_HasEveryField(string action)
    {
        var json = GoldenFile.Read($"requests/{action}");
        var frame = ClientFrame.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()))!;

        Assert.Equal(action, frame.Action.AsString("action"));
        Assert.Equal("\"r-1\"", frame.RequestId);
        Assert.Equal((string?)json["conversation_id"], frame.ConversationId.AsString("conversation_id"));
        Assert.Equal((string?)json["text"], frame.Text.AsString("text"));
        Assert.Equal((string?)json["client_message_id"], frame.ClientMessageId.AsString("client_message_id"));
        Assert.Equal(json["meta"]?.ToJsonString(), frame.Meta.AsObject("meta"));
        Assert.Equal((bool?)json["visible"], frame.Visible.AsBool("visible"));
        Assert.Equal((long?)json["seq"], frame.Seq.AsNumber("seq"));
        Assert.Equal((string?)json["notification_id"], frame.NotificationId.AsString("notification_id"));
        Assert.Equal((long?)json["cursor"], frame.Cursor.AsNumber("cursor"));
    }

    [Fact]
    public void GoldenFiles_AllHaveARequest() =>
        Assert.Equal(Requests.Keys.Select(name => $"requests/{name}").Order(), GoldenFile.Names("requests").Order());
}
