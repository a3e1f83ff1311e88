using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ChatOrleans.Testing;
using ChatOrleans.WebFront.Realtime;
using ChatOrleans.WebFront.Realtime.Hubs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>What only the hub has.</summary>
[Collection(nameof(ChatServer))]
public sealed class HubTests(ChatServer server)
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    private string Ada => $"ada-{_suffix}";

    private string Grace => $"grace-{_suffix}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resume_AnswersANewHello_AndWhatFollowsFollowsIt(bool messagePack)
    {
        var room = await server.Room(Ada, Grace);
        await using var grace = await HubDevice.Connect(server, Grace, messagePack);
        var hello = await grace.Next("hello");
        await server.Post(Ada, room, "one");
        await server.Post(Ada, room, "two");
        var messages = await grace.Messages(2);
        var count = grace.Frames.Count;

        var result = (await grace.Do("resume", (long)messages[0]["cursor"]!, (string?)hello["epoch"]))!;

        Assert.True((bool)result["resumed"]!);
        Assert.Equal((long)messages[0]["cursor"]!, (long)result["cursor"]!);
        var second = await grace.Next("hello", after: count);
        Assert.Equal(result.ToJsonString(), second.ToJsonString());
        Assert.Equal("two", (string?)(await grace.Next("new_message", after: count))["text"]);
    }

    [Fact]
    public async Task Resume_FromNowhere_AnswersASnapshot()
    {
        var room = await server.Room(Ada, Grace);
        await using var grace = await HubDevice.Connect(server, Grace, messagePack: false);
        await grace.Next("hello");

        var result = (await grace.Do("resume", 1L, "another"))!;

        Assert.False((bool)result["resumed"]!);
        Assert.Contains(result["snapshot"]!["conversations"]!.AsArray(), c => (string?)c!["id"] == room);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EditAndDelete_AnswerAsRestDoes(bool messagePack)
    {
        var room = await server.Room(Ada, Grace);
        await using var ada = await HubDevice.Connect(server, Ada, messagePack);
        var id = (string)(await ada.Say(room, "one"))!["id"]!;

        var edited = (await ada.Do("edit_message", room, id, "other"))!;
        var nothing = await ada.Do("delete_message", room, id);

        Assert.Equal("other", (string?)edited["text"]);
        Assert.NotNull((string?)edited["edited_at"]);
        Assert.Null(nothing);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => ada.Do("delete_message", room, "msg_none"));
        Assert.Equal("not_found", refusal.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_ThatIsNotWaitedFor_KeepsItsPlace(bool messagePack)
    {
        var room = await server.Room(Ada, Grace);
        await using var ada = await HubDevice.Connect(server, Ada, messagePack);
        await ada.Next("hello");

        var sends = Enumerable.Range(1, 100).Select(i => ada.Do("send_message", room, $"{i}", $"c-{i}", null)).ToList();

        var sent = await Task.WhenAll(sends);
        Assert.Equal(Enumerable.Range(1, 100), sent.Select(message => (int)message!["seq"]!));
        Assert.Equal(Enumerable.Range(1, 100), sent.Select(message => int.Parse((string)message!["text"]!, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_BeforeTheHello_KeepsItsPlace(bool messagePack)
    {
        for (var round = 0; round < 5; round++)
        {
            // Somebody new each time, so that the hello takes a moment.
            var room = await server.Room($"{Ada}-{round}", Grace);
            await using var ada = await HubDevice.Connect(server, $"{Ada}-{round}", messagePack);

            var sends = Enumerable.Range(1, 30).Select(i => ada.Do("send_message", room, $"{i}", $"c-{i}", null)).ToList();

            Assert.Equal(Enumerable.Range(1, 30), (await Task.WhenAll(sends)).Select(message => (int)message!["seq"]!));
        }
    }

    [Fact]
    public async Task Failure_StartsWithItsCode()
    {
        await using var ada = await HubDevice.Connect(server, Ada, messagePack: false);

        var refusal = await Assert.ThrowsAsync<HubException>(() => ada.Connection.InvokeAsync("Typing", "conv_none"));

        Assert.Contains("not_a_member: ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnknownMethod_IsAnInvalidRequest(bool messagePack)
    {
        await using var ada = await HubDevice.Connect(server, Ada, messagePack);

        var refusal = await Assert.ThrowsAsync<HubException>(() => ada.Connection.InvokeAsync("Nope", 1));

        Assert.StartsWith("invalid_request: ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AMessageThatIsTooLarge_EndsTheConnection_AndSaysWhy(bool messagePack)
    {
        var room = await server.Room(Ada, Grace);
        await using var ada = await HubDevice.Connect(server, Ada, messagePack);
        await ada.Next("hello");

        await Assert.ThrowsAnyAsync<Exception>(() => ada.Say(room, new string('x', 40_000)));

        var error = await ada.Next("error");
        Assert.Equal("too_large", (string?)error["code"]);
        Assert.Contains("too_large: ", (await ada.Closed.Task.WaitAsync(TimeSpan.FromSeconds(30)))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMessageOfTheLargestSize_IsTaken()
    {
        using var ada = new MuteSocket();
        await ada.Connect(new Uri(server.Address, $"/hubs/chat?access_token={await server.Token(Ada)}"));
        await ada.Send("{\"protocol\":\"json\",\"version\":1}\u001e");
        const string Message = """{"type":1,"invocationId":"1","target":"MarkAllNotificationsRead","arguments":[],"x":""}""";

        await ada.Send(Message.Replace("\"\"", $"\"{new string('x', (32 * 1024) - Message.Length)}\"", StringComparison.Ordinal) + '\u001e');

        var said = await ada.ReadUntilText("\"invocationId\":\"1\"", TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("too_large", said, StringComparison.Ordinal);
    }

    [Fact]
    public void SignalRsOwnEndOfWhoIsSilent_ComesAfterOurs()
    {
        var heartbeat = server.Services.GetRequiredService<IOptions<RealtimeOptions>>().Value.Heartbeat;

        // We end them after two heartbeats, and look every few seconds.
        Assert.True(server.Services.GetRequiredService<IOptions<HubOptions<ChatHub>>>().Value.ClientTimeoutInterval > heartbeat * 2.5);
    }

    [Fact]
    public async Task Connect_WithoutAToken_IsRefused()
    {
        await using var connection = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "/hubs/chat")).Build();

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => connection.StartAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
    }

    [Fact]
    public async Task Connect_WithABadQuery_IsClosed_AndIsNoErrorOfOurs()
    {
        using var lines = new LogLines();
        using var quiet = new ChatServer(services => services.AddSingleton<ILoggerProvider>(lines));
        await using var ada = await HubDevice.Connect(quiet, Ada, messagePack: false, "cursor=x");

        var failure = await ada.Closed.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("invalid_request", failure!.Message, StringComparison.Ordinal);
        Assert.Equal("invalid_request", (string?)(await ada.Next("error"))["code"]);
        Assert.DoesNotContain(lines.Warnings, line => line.Contains("SignalR", StringComparison.Ordinal));
    }
}
