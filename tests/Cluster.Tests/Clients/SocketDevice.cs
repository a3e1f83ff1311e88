using System.Net.WebSockets;
using System.Text.Json;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>
/// A client as the wire contract describes it, over the raw WebSocket: goes on from its last cursor and epoch, reads on by seq and
/// rev after a snapshot, and notes every breach of the guarantees it can see.
/// </summary>
public sealed class SocketDevice : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly Uri _server;
    private readonly RestClient _rest;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<long, JsonElement>> _messages = [];
    private readonly Dictionary<string, long> _revs = [];
    private readonly HashSet<(string Epoch, string Message)> _announced = [];
    private readonly List<string> _breaches = [];
    private readonly Dictionary<string, int> _seen = [];
    private readonly Task _running;
    private (string Epoch, long Cursor)? _position;

    public SocketDevice(Uri server, RestClient rest, (string Epoch, long Cursor)? position = null)
    {
        _server = server;
        _rest = rest;
        _position = position;
        _running = Run();
    }

    public int Resumed { get; private set; }

    public int Snapshots { get; private set; }

    public bool IsConnected { get; private set; }

    public (string Epoch, long Cursor) Position => _position!.Value;

    /// <summary>What went against the contract, in words.</summary>
    public IReadOnlyList<string> Breaches
    {
        get
        {
            lock (_lock)
            {
                return [.. _breaches];
            }
        }
    }

    /// <summary>Conversations that the device was told it has been removed from.</summary>
    public HashSet<string> Removed { get; } = [];

    public long LastSeq(string conversation)
    {
        lock (_lock)
        {
            return _messages.TryGetValue(conversation, out var messages) && messages.Count > 0 ? messages.Keys.Max() : 0;
        }
    }

    public List<JsonElement> Messages(string conversation)
    {
        lock (_lock)
        {
            return _messages.TryGetValue(conversation, out var messages) ? [.. messages.Values] : [];
        }
    }

    public int Count(string eventType)
    {
        lock (_lock)
        {
            return _seen.GetValueOrDefault(eventType);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _running;
        _closing.Dispose();
    }

    private async Task Run()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await Connect();
            }
            catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or HttpRequestException)
            {
                // The server is away: again, from the last position.
            }

            IsConnected = false;
            if (!_closing.IsCancellationRequested)
            {
                await Task.WhenAny(Task.Delay(100, _closing.Token));
            }
        }
    }

    private async Task Connect()
    {
        using var socket = new ClientWebSocket();
        var query = $"?token={_rest.Token}&format=flat" + (_position is { } at ? $"&cursor={at.Cursor}&epoch={at.Epoch}" : "");
        await socket.ConnectAsync(new Uri(_server, query), _closing.Token);
        var buffer = new byte[1 << 16];
        while (true)
        {
            using var frame = new MemoryStream();
            WebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer, _closing.Token);
                frame.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                if ((int?)part.CloseStatus is 4400 or 4401 or 4403 or 4413)
                {
                    Breach($"closed with {part.CloseStatus} {part.CloseStatusDescription}");
                }

                return;
            }

            using var parsed = JsonDocument.Parse(frame.ToArray());
            await Take(parsed.RootElement.Clone());
        }
    }

    private async Task Take(JsonElement frame)
    {
        var type = frame.GetProperty("event_type").GetString()!;
        lock (_lock)
        {
            _seen[type] = _seen.GetValueOrDefault(type) + 1;
        }

        if (type == "hello")
        {
            await Greet(frame);
            return;
        }

        if (type == "behind")
        {
            await ReadOn(frame.GetProperty("conversations").EnumerateObject().Select(one => one.Name));
            _position = (Position.Epoch, frame.GetProperty("to_cursor").GetInt64());
            return;
        }

        if (frame.TryGetProperty("cursor", out var cursor) && type is not "pong")
        {
            if (cursor.GetInt64() != Position.Cursor + 1)
            {
                Breach($"cursor {cursor} after {Position.Cursor} in epoch {Position.Epoch}");
            }

            _position = (Position.Epoch, cursor.GetInt64());
        }

        if (type is "new_message" or "message_updated" or "message_deleted")
        {
            Upsert(frame, announced: type == "new_message");
        }
        else if (type == "conversation_removed")
        {
            Removed.Add(frame.GetProperty("conversation_id").GetString()!);
        }
    }

    private async Task Greet(JsonElement hello)
    {
        _position = (hello.GetProperty("epoch").GetString()!, hello.GetProperty("cursor").GetInt64());
        IsConnected = true;
        if (hello.GetProperty("resumed").GetBoolean())
        {
            Resumed++;
            return;
        }

        Snapshots++;
        await ReadOn(hello.GetProperty("snapshot").GetProperty("conversations").EnumerateArray()
            .Select(conversation => conversation.GetProperty("id").GetString()!));
    }

    /// <summary>Messages by seq, then changes by rev: what a client does when its events were left out.</summary>
    private async Task ReadOn(IEnumerable<string> conversations)
    {
        foreach (var conversation in conversations.ToList())
        {
            foreach (var message in await _rest.History(conversation, LastSeq(conversation)))
            {
                Upsert(message, announced: false);
            }

            var rev = _revs.GetValueOrDefault(conversation);
            foreach (var change in (await _rest.Get($"/api/conversations/{conversation}/changes?after={rev}&limit=200")).EnumerateArray())
            {
                _revs[conversation] = change.GetProperty("rev").GetInt64();
                if (change.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object)
                {
                    Upsert(message, announced: false);
                }
            }
        }
    }

    private void Upsert(JsonElement message, bool announced)
    {
        var conversation = message.GetProperty("conversation_id").GetString()!;
        var seq = message.GetProperty("seq").GetInt64();
        lock (_lock)
        {
            if (!_messages.TryGetValue(conversation, out var messages))
            {
                _messages[conversation] = messages = [];
            }

            if (announced && !_announced.Add((Position.Epoch, message.GetProperty("id").GetString()!)))
            {
                _breaches.Add($"message {message.GetProperty("id")} announced twice in epoch {Position.Epoch}");
            }

            messages[seq] = message;
        }
    }

    private void Breach(string what)
    {
        lock (_lock)
        {
            _breaches.Add(what);
        }
    }
}
