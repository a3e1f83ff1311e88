using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Servers;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>A person's device over a real connection: raw WebSocket or SignalR, read without parsing.</summary>
internal sealed class SocketDevice(Person person, Traffic traffic, IChatServer server, WireProtocol protocol) : Device(person, traffic)
{
    private static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly byte[] _frame = new byte[traffic.Options.Payload + 512];
    private readonly SortedDictionary<long, byte[]> _unanswered = [];
    private readonly ReadMarks _marks = new();
    private readonly List<Device> _flush = [];
    private readonly List<byte[]> _held = [];
    private LeftOut? _leftOut;
    private WireSocket? _socket;
    private TaskCompletionSource? _hello;
    private Task _reading = Task.CompletedTask;
    private long _requests;
    private long _cursor;
    private string? _epoch;

    private bool Verifies => Traffic.Options.Verify;

    /// <summary>How often the server could not go on where the device was.</summary>
    public int NotResumed { get; private set; }

    /// <summary>How often events were left out because the device took them too slowly.</summary>
    public int FellBehind { get; private set; }

    public override async Task Connect(CancellationToken cancellationToken)
    {
        _hello = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var socket = await WireSocket.Open(server.Address(protocol, Person, _epoch is null ? null : _cursor, _epoch), cancellationToken);
        if (protocol.Handshake.Length > 0)
        {
            socket.Send(protocol.Opcode, protocol.Handshake);
        }

        _reading = Read(socket);
        await _hello.Task.WaitAsync(HelloTime, cancellationToken);
        lock (_gate)
        {
            foreach (var frame in _unanswered.Values)
            {
                socket.Queue(protocol.Opcode, frame);
            }

            _socket = socket;
        }

        socket.Flush();
        _marks.Reset();
        _marks.Tell(_socket, protocol, ref _requests);
    }

    public override void Post(Sending sending)
    {
        Span<byte> text = stackalloc byte[Math.Max(128, Traffic.Options.Payload)];
        lock (_gate)
        {
            var number = sending.Next();
            var length = new Marker(sending.Room.Index, Person.Index, number, Stopwatch.GetTimestamp()).Write(text, Traffic.Options.Payload);
            var request = Interlocked.Increment(ref _requests);
            var frame = _frame.AsSpan(0, protocol.Send(_frame, request, sending.Room.IdBytes, text[..length], number));
            if (Verifies)
            {
                _unanswered[request] = frame.ToArray();
            }

            _socket?.Queue(protocol.Opcode, frame);
        }
    }

    public override void MarkRead(Room room, long seq)
    {
        _marks.Note(room, seq);
        _marks.Tell(_socket, protocol, ref _requests);
    }

    public override void Flush() => _socket?.Flush();

    public void KeepAlive()
    {
        if (protocol.KeepAlive.Length > 0 && _socket is { } socket)
        {
            socket.Send(protocol.Opcode, protocol.KeepAlive);
        }
    }

    public override void Cut()
    {
        lock (_gate)
        {
            _socket?.Cut();
            _socket = null;
        }
    }

    /// <summary>Completes when nothing of an earlier connection is being read any more.</summary>
    public Task Ended() => _reading;

    public override async ValueTask DisposeAsync()
    {
        Cut();
        await _reading;
    }

    private async Task Read(WireSocket socket)
    {
        await Task.Yield();
        while (await socket.Receive(Scan))
        {
            if (_leftOut is { } leftOut)
            {
                await Pull(leftOut);
            }

            // What one read brought may have opened several windows: their senders' frames go out together.
            _flush.ForEach(device => device.Flush());
            _flush.Clear();
        }

        _hello?.TrySetException(new IOException("The connection ended before its hello."));
    }

    private async Task Pull(LeftOut leftOut)
    {
        await leftOut.Pull(server, Person, Received);
        FellBehind++;
        _cursor = Math.Max(_cursor, leftOut.ToCursor);
        _leftOut = null;
        _held.ForEach(payload => Scan(payload));
        _held.Clear();
    }

    private void Received(Marker marker, long seq)
    {
        if (Traffic.Received(Person, marker, seq) is { } opened)
        {
            _flush.Add(opened);
        }
    }

    private void Scan(ReadOnlySpan<byte> payload)
    {
        if (_leftOut is not null)
        {
            _held.Add(payload.ToArray());
            return;
        }

        while (payload.Length > 0)
        {
            ScanMessage(protocol.Next(ref payload));
        }
    }

    private void ScanMessage(ReadOnlySpan<byte> message)
    {
        if (_hello is { Task.IsCompleted: false } hello)
        {
            TryHello(message, hello);
        }

        if (protocol.IsReply(message, out var request, out var refused))
        {
            Replied(message, request, refused);
            return;
        }

        if (message.IndexOf("to_cursor"u8) >= 0 && LeftOut.TryRead(protocol, message, Person, out var leftOut))
        {
            _leftOut = leftOut;
            return;
        }

        var rest = message;
        Marker earlier = default;
        for (var at = rest.IndexOf(Marker.Opening); at >= 0; at = rest.IndexOf(Marker.Opening))
        {
            var text = rest[(at + Marker.Opening.Length)..];
            if (!Marker.TryRead(text, out var marker, out var length))
            {
                break;
            }

            // In the shape "both" each message is there twice.
            if (marker != earlier || Traffic.Options.Format != "both")
            {
                Received(marker, protocol.Last(rest[..at], "seq"u8));
            }

            earlier = marker;
            rest = text[length..];
        }

        if (Verifies)
        {
            NotePosition(message);
        }
    }

    private void TryHello(ReadOnlySpan<byte> message, TaskCompletionSource hello)
    {
        if (message.IndexOf("hello"u8) < 0)
        {
            return;
        }

        if (_epoch is not null && protocol.IsFalse(message, "resumed"u8))
        {
            NotResumed++;
        }

        _epoch = protocol.Text(message, "epoch"u8) ?? _epoch;
        hello.TrySetResult();
    }

    private void Replied(ReadOnlySpan<byte> message, long request, bool refused)
    {
        if (refused)
        {
            Traffic.WasRefused(Encoding.UTF8.GetString(message[..Math.Min(message.Length, 300)]));
        }
        else if (Verifies)
        {
            lock (_gate)
            {
                _unanswered.Remove(request);
            }
        }

        if (_marks.Answered(request))
        {
            _marks.Tell(_socket, protocol, ref _requests);
        }
    }

    /// <summary>The last cursor of the frame: where to go on after a cut.</summary>
    private void NotePosition(ReadOnlySpan<byte> message) => _cursor = Math.Max(_cursor, protocol.Last(message, "cursor"u8));
}
