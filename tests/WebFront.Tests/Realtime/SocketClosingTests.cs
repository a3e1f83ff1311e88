using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>What the raw WebSocket closes for, with which code.</summary>
[Collection(nameof(ChatServer))]
public sealed class SocketClosingTests(ChatServer server)
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    private string Ada => $"ada-{_suffix}";

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{} {}")]
    [InlineData("{\"action\":")]
    [InlineData("")]
    public async Task Frame_Malformed_Closes4400(string text)
    {
        await using var ada = await Greeted();

        await ada.SendText(text);

        Assert.Equal(4400, await ada.Closed);
        Assert.Equal("invalid_request", (string?)(await ada.Next("error"))["code"]);
    }

    [Fact]
    public async Task Frame_Binary_Closes4400()
    {
        await using var ada = await Greeted();

        await ada.SendBytes("{}"u8.ToArray(), WebSocketMessageType.Binary);

        Assert.Equal(4400, await ada.Closed);
    }

    [Fact]
    public async Task Frame_OfInvalidUtf8_Closes4400()
    {
        await using var ada = await Greeted();

        await ada.SendBytes([(byte)'{', 0xff, 0xfe, (byte)'}'], WebSocketMessageType.Text);

        Assert.Equal(4400, await ada.Closed);
    }

    [Fact]
    public async Task Frame_TooLarge_Closes4413_AndTheLargestIsTaken()
    {
        await using var ada = await Greeted();
        const string Frame = """{"action":"mark_all_notifications_read","request_id":1,"x":""}""";
        await ada.SendText(Frame.Replace("\"\"", $"\"{new string('x', (32 * 1024) - Frame.Length)}\"", StringComparison.Ordinal));
        Assert.True((bool)(await ada.Next("reply"))["ok"]!);

        await ada.SendText(Frame.Replace("\"\"", $"\"{new string('x', (32 * 1024) - Frame.Length + 1)}\"", StringComparison.Ordinal));

        Assert.Equal(4413, await ada.Closed);
    }

    [Theory]
    [InlineData("cursor=x")]
    [InlineData("cursor=-1")]
    [InlineData("cursor=1&cursor=2")]
    [InlineData("format=round")]
    [InlineData("batch=many")]
    [InlineData("cursor=99999999999999999999")]
    public async Task Query_Malformed_Closes4400_AfterAFrameThatSaysWhy(string query)
    {
        await using var ada = await SocketDevice.Connect(server, Ada, query);

        Assert.Equal(4400, await ada.Closed);
        var told = Assert.Single(ada.Frames);
        Assert.Equal(("error", "invalid_request"), ((string?)told["event_type"], (string?)told["code"]));
    }

    [Fact]
    public async Task Token_MissingOrBad_Closes4401()
    {
        await using var none = await SocketDevice.Connect(server.SocketAddress(""));
        await using var bad = await SocketDevice.Connect(server.SocketAddress("token=bad"));

        Assert.Equal(4401, await none.Closed);
        Assert.Equal(4401, await bad.Closed);
    }

    [Fact]
    public async Task UserId_ThatIsNotTheTokens_Closes4403()
    {
        await using var ada = await SocketDevice.Connect(server.SocketAddress($"user_id=grace&token={await server.Token(Ada)}"));

        Assert.Equal(4403, await ada.Closed);
    }

    private async Task<SocketDevice> Greeted()
    {
        var device = await SocketDevice.Connect(server, Ada);
        await device.Next("hello");
        return device;
    }
}
