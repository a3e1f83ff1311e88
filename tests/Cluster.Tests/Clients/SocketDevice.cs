using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>
/// A client as the wire contract describes it, over the raw WebSocket: goes on from its last cursor and epoch, reads on by seq and
/// rev after a snapshot, and notes every breach of the guarantees it can see.
/// </summary>
public sealed partial class SocketDevice : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly Uri _server;
    private readonly RestClient _rest;
    private readonly Func<Uri, CancellationToken, Task<WebSocket>> _connect;
    private readonly Lock _lock = new();
    private ClientState _state;
    private Dictionary<string, long> _revs = [];
    private readonly HashSet<(string Epoch, string Message)> _announced = [];
    private readonly List<string> _breaches = [];
    private readonly List<ServerFrame> _frames = [];
    private readonly Task _running;
    private (string? Epoch, long Cursor)? _position;
    private Away? _greeting;

    /// <param name="before">As it was when it went away; null for a device that knows nothing.</param>
    /// <param name="position">Where to go on instead.</param>
    /// <param name="connect">Another way to a socket.</param>
    public SocketDevice(
        Uri server,
        RestClient rest,
        Away? before = null,
        (string? Epoch, long Cursor)? position = null,
        Func<Uri, CancellationToken, Task<WebSocket>>? connect = null)
    {
        _server = server;
        _rest = rest;
        _connect = connect ?? Connect;
        _position = position ?? before?.Position;
        _state = before is null ? new ClientState() : new ClientState(before.State);
        _revs = before is null ? [] : new(before.Revs);
        _running = Run();
    }

    /// <summary>A device that is not connected: its last position, and what it knew there.</summary>
    public sealed record Away((string? Epoch, long Cursor) Position, ClientState State, IReadOnlyDictionary<string, long> Revs);

    public int Resumed { get; private set; }

    public int Snapshots { get; private set; }

    public bool IsConnected { get; private set; }

    /// <summary>How often it has connected.</summary>
    public int Connections { get; private set; }

    /// <summary>With what the server closed the last connection that it closed.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>Where the present connection began.</summary>
    public JsonElement Hello { get; private set; }

    public (string Epoch, long Cursor) Position
    {
        get
        {
            lock (_lock)
            {
                return (_position!.Value.Epoch!, _position.Value.Cursor);
            }
        }
    }

    /// <summary>What went against the contract, in words.</summary>
    public IReadOnlyList<string> Breaches => Locked<IReadOnlyList<string>>(() => [.. _breaches]);

    /// <summary>All frames, oldest first.</summary>
    public IReadOnlyList<ServerFrame> Frames => Locked<IReadOnlyList<ServerFrame>>(() => [.. _frames]);

    public long LastSeq(string conversation) => Locked(() => _state.LastSeq(conversation));

    public List<JsonElement> Messages(string conversation) => Locked<List<JsonElement>>(() => [.. _state.Messages(conversation)]);

    public IReadOnlyList<string> Conversations => Locked<IReadOnlyList<string>>(() => [.. _state.Conversations]);

    public List<string> Describe() => Locked(_state.Describe);

    /// <summary>As if it lost its network now.</summary>
    public Away Leave() => Locked(() => _greeting ?? new Away(_position!.Value, new ClientState(_state), new Dictionary<string, long>(_revs)));

    public int Count(string eventType) => Locked(() => _frames.Count(frame => frame.Type == eventType));

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
                await Read();
            }
            catch (Exception e) when (Outage.Is(e))
            {
                // The server is away: again, from the last position.
            }
            catch (Exception e)
            {
                Breach(e.ToString());
            }

            IsConnected = false;
            ComeBackFromGreeting();
            if (!_closing.IsCancellationRequested)
            {
                await Task.WhenAny(Task.Delay(100, _closing.Token));
            }
        }
    }

    private void ComeBackFromGreeting()
    {
        lock (_lock)
        {
            if (_greeting is { } before)
            {
                (_position, _state, _revs, _greeting) = (before.Position, before.State, new(before.Revs), null);
            }
        }
    }

    private static async Task<WebSocket> Connect(Uri address, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, cancellationToken);
        return socket;
    }

    private async Task Read()
    {
        var query = $"?token={_rest.Token}&format=flat" + (_position is { } at ? $"&cursor={at.Cursor}{(at.Epoch is null ? "" : $"&epoch={at.Epoch}")}" : "");
        using var socket = await _connect(new Uri(_server, query), _closing.Token);
        Connections++;
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
                CloseCode = (int?)part.CloseStatus;
                if ((int?)part.CloseStatus is 4400 or 4401 or 4403 or 4413)
                {
                    Breach($"closed with {part.CloseStatus} {part.CloseStatusDescription}");
                }

                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _closing.Token);
                return;
            }

            await Take(JsonElement.Parse(frame.ToArray()));
        }
    }
}
