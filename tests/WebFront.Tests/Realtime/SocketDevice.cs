using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>A device at the raw WebSocket.</summary>
public sealed class SocketDevice : TestDevice
{
    private static readonly Dictionary<string, string[]> Fields = new()
    {
        ["send_message"] = ["conversation_id", "text", "client_message_id", "meta"],
        ["set_active_conversation"] = ["conversation_id", "visible"],
        ["mark_read"] = ["conversation_id", "seq"],
        ["mark_notification_read"] = ["notification_id"],
        ["mark_all_notifications_read"] = [],
        ["typing"] = ["conversation_id"],
        ["ping"] = ["cursor"],
    };

    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject>> _waiting = new();
    private readonly TaskCompletionSource<int> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> _sizes = [];
    private Task _reading = Task.CompletedTask;
    private int _requests;

    /// <summary>The close code once the server has closed; 1006 where it broke off.</summary>
    public Task<int> Closed => _closed.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public ClientWebSocket Socket => _socket;

    /// <summary>Events in each text frame.</summary>
    public IReadOnlyList<int> FrameSizes => _sizes;

    public static async Task<SocketDevice> Connect(ChatServer server, string user, string query = "")
    {
        var device = new SocketDevice();
        await device.Open(server.SocketAddress($"user_id={user}&token={await server.Token(user)}&{query}"));
        return device;
    }

    public static async Task<SocketDevice> Connect(Uri address, Action<ClientWebSocket>? prepare = null)
    {
        var device = new SocketDevice();
        prepare?.Invoke(device._socket);
        await device.Open(address);
        return device;
    }

    public override async Task<JsonNode?> Do(string action, params object?[] arguments)
    {
        var frame = new JsonObject { ["action"] = action };
        foreach (var (name, value) in Fields[action].Zip(arguments))
        {
            frame[name] = value is JsonNode node ? node.DeepClone() : JsonValue.Create(value);
        }

        var reply = await Ask(frame);
        return (bool)reply["ok"]! ? reply["result"] : throw new RefusedException((string)reply["code"]!, (string)reply["message"]!);
    }

    /// <summary>Sends a frame and answers its reply.</summary>
    public async Task<JsonObject> Ask(JsonObject frame)
    {
        var id = $"r{Interlocked.Increment(ref _requests)}";
        frame["request_id"] = id;
        var waiting = _waiting[id] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendText(frame.ToJsonString());
        return await waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public Task SendText(string text) => SendBytes(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendBytes(byte[] bytes, WebSocketMessageType type) => _socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            if (_socket.State == WebSocketState.Open)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                await _reading.WaitAsync(TimeSpan.FromSeconds(10));
            }
        }
        catch (Exception e) when (e is WebSocketException or TimeoutException or OperationCanceledException)
        {
            // It is closed either way.
        }

        _socket.Dispose();
    }

    private async Task Open(Uri address)
    {
        await _socket.ConnectAsync(address, CancellationToken.None);
        _reading = Read();
    }

    private async Task Read()
    {
        var buffer = new byte[1 << 22];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                Take(JsonNode.Parse(buffer.AsSpan(0, length))!.AsObject());
            }

            _closed.TrySetResult((int)_socket.CloseStatus!);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            _closed.TrySetResult(1006);
        }
    }

    private void Take(JsonObject frame)
    {
        _sizes.Add((string?)frame["event_type"] == "batch" ? frame["events"]!.AsArray().Count : 1);
        Received(frame);
        if ((string?)frame["event_type"] == "reply" && frame["request_id"] is JsonValue id && id.TryGetValue<string>(out var text)
            && _waiting.TryRemove(text, out var waiting))
        {
            waiting.SetResult(frame);
        }
    }
}
