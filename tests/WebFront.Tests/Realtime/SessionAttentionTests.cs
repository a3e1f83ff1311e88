using System.Diagnostics;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime;
using ChatOrleans.WebFront.Realtime.Sessions;
using ChatOrleans.WebFront.Realtime.Sockets;
using Xunit;
using ErrorCode = ChatOrleans.Errors.ErrorCode;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>What the session and its user's grain hold of what a device shows.</summary>
[Collection(nameof(ChatServer))]
public sealed class SessionAttentionTests(ChatServer server)
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    private string Ada => $"ada-{_suffix}";

    private string Grace => $"grace-{_suffix}";

    [Fact]
    public async Task Show_ThatIsRefused_ShowsWhatItShowedBefore()
    {
        var room = ConversationId.Parse(await server.Room(Ada, Grace));
        var attention = AttentionOf(new Device());
        await attention.Show(room, visible: true);

        var refusal = await Assert.ThrowsAsync<ChatException>(() => attention.Show(ConversationId.New(), visible: false));

        Assert.Equal(ErrorCode.NotAMember, refusal.Code);
        Assert.Equal((room, true), (attention.Present.ConversationId, attention.Present.Visible));
    }

    [Fact]
    public async Task Show_ThatIsRefused_AfterALapse_SuppressesAgain()
    {
        var room = await server.Room(Ada, Grace);
        await using var other = await SocketDevice.Connect(server, Grace);
        var device = new Device();
        var attention = AttentionOf(device);
        await attention.Show(ConversationId.Parse(room), visible: true);
        device.WasHeard(new RealtimeOptions().Heartbeat);
        await attention.Tick(judgedSince: 0);

        device.WasHeard(TimeSpan.Zero);
        await Assert.ThrowsAsync<ChatException>(() => attention.Show(ConversationId.New(), visible: true));

        await server.Post(Ada, room, "one");
        Assert.Null((await other.Next("new_message"))["notification_id"]);
    }

    private SessionAttention AttentionOf(Device device)
    {
        var grace = new UserId(Grace);
        return new SessionAttention(new SessionContext(
            $"s-{_suffix}", new Actor(grace, "Grace"), default, device, server.Grains.User(grace),
            null!, null!, new RealtimeOptions(), TimeProvider.System, null!, null!));
    }

    /// <summary>Only says when it was heard: nothing is sent here.</summary>
    private sealed class Device() : DeviceConnection(FrameFormat.Both, SocketEnvelope.Single)
    {
        private long _heardAt = Stopwatch.GetTimestamp();

        public override string Transport => "none";

        public override long HeardAt => _heardAt;

        public override bool IsBackedUp => false;

        public void WasHeard(TimeSpan ago) => _heardAt = Stopwatch.GetTimestamp() - (long)(ago.TotalSeconds * Stopwatch.Frequency);

        public override ValueTask<bool> Send(ReadOnlyMemory<byte> bytes) => new(true);

        public override void Ping()
        {
        }

        public override Task Close(CloseCode code, string reason, TimeSpan? retryAfter) => Task.CompletedTask;
    }
}
