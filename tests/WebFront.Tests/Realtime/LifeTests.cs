using System.Net.WebSockets;
using System.Text.Json.Nodes;
using ChatOrleans.WebFront.Realtime.Sessions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>Signs of life, and the ends of connections: servers of their own, with a short heartbeat.</summary>
public sealed class LifeTests
{
    private const string Ada = "ada";
    private const string Grace = "grace";

    [Fact]
    public async Task Socket_ThatOnlyAnswersPings_StaysConnected_AndOneThatDoesNot_IsClosed4408()
    {
        using var server = new ChatServer(("Realtime:HeartbeatSeconds", "2"));
        await using var quiet = await SocketDevice.Connect(server, Ada);
        await quiet.Next("hello");
        using var dead = new MuteSocket();
        await dead.Connect(server.SocketAddress($"user_id={Grace}"));

        Assert.Equal(4408, await dead.ReadUntilClose(TimeSpan.FromSeconds(30)));

        Assert.Equal(WebSocketState.Open, quiet.Socket.State);
        await quiet.Do("mark_all_notifications_read");
    }

    [Fact]
    public async Task Hub_ThatIsSilent_IsToldSo_AndMayComeBack()
    {
        using var server = new ChatServer(("Realtime:HeartbeatSeconds", "1"));
        using var frozen = new MuteSocket();
        await frozen.Connect(new Uri(server.Address, $"/hubs/chat?access_token={await server.Token(Ada)}"));
        await frozen.Send("{\"protocol\":\"json\",\"version\":1}\u001e");

        var said = await frozen.ReadUntilText("\"type\":7", TimeSpan.FromSeconds(30));

        Assert.Contains("\"code\":\"unavailable\"", said, StringComparison.Ordinal);
        Assert.Contains("unavailable: Nothing heard", said, StringComparison.Ordinal);
        Assert.Contains("\"allowReconnect\":true", said, StringComparison.Ordinal);
    }

    /// <summary>Official clients send no pings while they poll.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hub_ThatPolls_StaysConnected_AndShowsWhatItShows(bool messagePack)
    {
        using var server = new ChatServer(("Realtime:HeartbeatSeconds", "1"));
        var room = await server.Room(Ada, Grace);
        await using var polling = await HubDevice.Connect(server, Grace, messagePack, "", options => options.Transports = HttpTransportType.LongPolling);
        await polling.Do("set_active_conversation", room, true);
        using var dead = new MuteSocket();
        await dead.Connect(server.SocketAddress($"user_id={Ada}"));

        // As silent, and later: by now it would have been closed as well.
        Assert.Equal(4408, await dead.ReadUntilClose(TimeSpan.FromSeconds(30)));

        await server.Post(Ada, room, "one");
        Assert.Null((await polling.Next("new_message"))["notification_id"]);
        Assert.False(polling.Closed.Task.IsCompleted);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public Task Silence_IsTheSame_WhenTheClockIsSet(int hours) => OnlyTheDeadIsSilent(time => time.Shift = TimeSpan.FromHours(hours));

    [Fact]
    public Task Silence_WhileTheServerStoodStill_IsNobodysFault() => OnlyTheDeadIsSilent(time => time.Stood = TimeSpan.FromSeconds(10));

    private static async Task OnlyTheDeadIsSilent(Action<SetClock> meanwhile)
    {
        var time = new SetClock();
        using var server = new ChatServer(time, ("Realtime:HeartbeatSeconds", "2"));
        await using var quiet = await SocketDevice.Connect(server, Ada);
        using var dead = new MuteSocket();
        await dead.Connect(server.SocketAddress($"user_id={Grace}"));
        await dead.ReadUntil("hello", TimeSpan.FromSeconds(30));
        await quiet.Next("hello");

        meanwhile(time);

        Assert.Equal(4408, await dead.ReadUntilClose(TimeSpan.FromSeconds(30)));
        Assert.Equal(WebSocketState.Open, quiet.Socket.State);
        await quiet.Do("mark_all_notifications_read");
    }

    [Fact]
    public async Task Attention_OfADeviceThatFallsSilent_Ends()
    {
        using var server = new ChatServer(("Realtime:HeartbeatSeconds", "3"), ("Grains:AttentionLease", "00:00:04"));
        var room = await server.Room(Ada, Grace);
        await using var other = await SocketDevice.Connect(server, Grace);
        await other.Next("hello");
        using var silent = new MuteSocket();
        await silent.Connect(server.SocketAddress($"user_id={Grace}"));
        await silent.Send($$"""{"action":"set_active_conversation","request_id":1,"conversation_id":"{{room}}","visible":true}""");
        await silent.ReadUntil("reply", TimeSpan.FromSeconds(30));

        // Suppressed at first, and told later, because the device was never heard again; or told at once where it has lapsed by then.
        await server.Post(Ada, room, "one");

        await other.Await(
            frames => frames.FirstOrDefault(f => (string?)f["event_type"] == "notification_added" || f["notification_id"] is not null),
            "the notification that the silent device suppressed");
    }

    [Fact]
    public async Task Sessions_AreGone_OnceTheirConnectionsAre()
    {
        using var server = new ChatServer();
        var sessions = server.Services.GetRequiredService<DeviceSessions>();
        var devices = new List<TestDevice>();
        for (var i = 0; i < 5; i++)
        {
            devices.Add(await SocketDevice.Connect(server, Ada));
            devices.Add(await HubDevice.Connect(server, Ada, messagePack: i % 2 == 0));
        }

        await Task.WhenAll(devices.Select(d => d.Next("hello")));
        Assert.Equal(10, sessions.Count);
        ((SocketDevice)devices[0]).Socket.Abort();
        foreach (var device in devices.Skip(1))
        {
            await device.DisposeAsync();
        }

        await Eventually.Is(() => Task.FromResult(sessions.Count), open => open == 0, "the end of all sessions");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_TellsHubsWhy(bool messagePack)
    {
        using var server = new ChatServer(("Realtime:StopSpreadSeconds", "0.5"));
        await using var ada = await HubDevice.Connect(server, Ada, messagePack);
        await ada.Next("hello");

        server.BeginStop();

        Assert.Equal("unavailable", (string?)(await ada.Next("error"))["code"]);
        Assert.Contains("unavailable: ", (await ada.Closed.Task.WaitAsync(TimeSpan.FromSeconds(30)))!.Message, StringComparison.Ordinal);
    }

    /// <summary>Else the official clients, told to reconnect automatically, would not after a restart.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_LetsHubsReconnect(bool messagePack)
    {
        using var server = new ChatServer(("Realtime:StopSpreadSeconds", "0"));
        var reconnecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ada = await HubDevice.Connect(server, Ada, messagePack, "", _ => { }, reconnects: true);
        ada.Connection.Reconnecting += _ =>
        {
            reconnecting.TrySetResult();
            return Task.CompletedTask;
        };
        await ada.Next("hello");

        server.BeginStop();

        await reconnecting.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Stop_Closes1012_AndNothingInFlightIsLost()
    {
        var directory = Directory.CreateTempSubdirectory("chat-stop-");
        try
        {
            string room;
            List<string> answered;
            using (var server = Stored(directory))
            {
                room = await server.Room(Ada, Grace);
                answered = await StopInFlight(server, room);
            }

            using var again = Stored(directory);
            var history = (await again.Call(Grace, HttpMethod.Get, $"/api/conversations/{room}/messages?limit=200"))!.AsArray();
            Assert.All(answered, id => Assert.Single(history, message => (string?)message!["id"] == id));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static ChatServer Stored(DirectoryInfo directory) => new(("Cluster:Profile", "Embedded"), ("Storage:Path", directory.FullName));

    /// <summary>The ids of the messages that were answered.</summary>
    private static async Task<List<string>> StopInFlight(ChatServer server, string room)
    {
        await using var ada = await SocketDevice.Connect(server, Ada);
        await using var hub = await HubDevice.Connect(server, Grace, messagePack: false);
        await Task.WhenAll(ada.Next("hello"), hub.Next("hello"));
        for (var i = 0; i < 50; i++)
        {
            await ada.SendText($$"""{"action":"send_message","request_id":{{i}},"conversation_id":"{{room}}","text":"{{i}}"}""");
        }

        await ada.Next("reply");
        server.BeginStop();

        Assert.Equal(1012, await ada.Closed);
        await hub.Closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        // What was answered was done; what was not begun got no answer.
        var replies = ada.Frames.Where(f => (string?)f["event_type"] == "reply").ToList();
        Assert.All(replies, reply => Assert.True((bool)reply["ok"]!));
        Assert.Equal(Enumerable.Range(0, replies.Count), replies.Select(reply => (int)reply["request_id"]!));
        return [.. replies.Select(reply => (string)reply["result"]!["id"]!)];
    }
}
