using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>
/// The least of a WebSocket client: the load shares the machine with the server, so frames are written with an all-zero mask, which
/// leaves the payload as it is, and read without a copy.
/// </summary>
internal sealed class WireSocket : IDisposable
{
    public const byte Text = 0x81;
    public const byte Binary = 0x82;
    private const byte Close = 0x88;
    private const byte Ping = 0x89;
    private const byte Pong = 0x8a;
    private const int HeaderBytes = 14;

    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private byte[] _out = new byte[512];
    private int _pending;
    private byte[] _in = new byte[1024];
    private int _filled;
    private bool _cameWithHead;
    private byte[] _fragments = [];
    private int _fragmentBytes;

    private WireSocket(Socket socket) => _socket = socket;

    /// <summary>Connects and upgrades. Throws <see cref="IOException"/> where the server does not.</summary>
    public static async Task<WireSocket> Open(Uri address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var wire = new WireSocket(socket);
        try
        {
            await socket.ConnectAsync(address.Host == "localhost" ? "127.0.0.1" : address.Host, address.Port, cancellationToken);
            var request = $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bG9hZCB0ZXN0ZXIgMTIzNA==\r\n\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
            await wire.ReadHead(cancellationToken);
            return wire;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Adds one frame to what the next <see cref="Flush"/> sends. Thread-safe.</summary>
    public void Queue(byte opcode, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_out.Length - _pending < payload.Length + HeaderBytes)
            {
                Array.Resize(ref _out, Math.Max(_out.Length * 2, _pending + payload.Length + HeaderBytes));
            }

            _pending += WireFrames.Write(_out.AsSpan(_pending), opcode, payload);
        }
    }

    public void Send(byte opcode, ReadOnlySpan<byte> payload)
    {
        Queue(opcode, payload);
        Flush();
    }

    /// <summary>Sends what is queued. Blocks where the server does not take it, which is back-pressure enough for a load.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            for (var sent = 0; sent < _pending;)
            {
                try
                {
                    sent += _socket.Send(_out.AsSpan(sent, _pending - sent));
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    break;
                }
            }

            _pending = 0;
        }
    }

    /// <summary>Waits for more, hands out each whole frame that is there, and answers pings. False when the connection is over.</summary>
    public async ValueTask<bool> Receive(FrameReceiver receiver)
    {
        if (_cameWithHead)
        {
            // The hello often comes together with the answer to the upgrade, and perhaps nothing else for a while.
            _cameWithHead = false;
            return HandOut(receiver);
        }

        if (_filled == _in.Length)
        {
            Array.Resize(ref _in, _in.Length * 2);
        }

        int read;
        try
        {
            read = await _socket.ReceiveAsync(_in.AsMemory(_filled));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }

        _filled += read;
        return read > 0 && HandOut(receiver);
    }

    /// <summary>Resets the connection: the other side learns of it only when it writes.</summary>
    public void Cut()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private bool HandOut(FrameReceiver receiver)
    {
        var at = 0;
        while (WireFrames.TryRead(_in.AsSpan(at, _filled - at), out var opcode, out var header, out var length))
        {
            var payload = _in.AsSpan(at + header, length);
            at += header + length;
            switch (opcode)
            {
                case Close:
                    return false;
                case Ping:
                    Queue(Pong, payload);
                    Flush();
                    break;
                case Pong:
                    break;
                case 0x01 or 0x02 or 0x00:
                    Keep(payload);
                    break;
                case 0x80:
                    Keep(payload);
                    receiver(_fragments.AsSpan(0, _fragmentBytes));
                    _fragmentBytes = 0;
                    break;
                default:
                    receiver(payload);
                    break;
            }
        }

        _in.AsSpan(at, _filled - at).CopyTo(_in);
        _filled -= at;
        return true;
    }

    /// <summary>A large message of SignalR comes in fragments.</summary>
    private void Keep(ReadOnlySpan<byte> fragment)
    {
        if (_fragments.Length - _fragmentBytes < fragment.Length)
        {
            Array.Resize(ref _fragments, Math.Max(_fragments.Length * 2, _fragmentBytes + fragment.Length));
        }

        fragment.CopyTo(_fragments.AsSpan(_fragmentBytes));
        _fragmentBytes += fragment.Length;
    }

    private async Task ReadHead(CancellationToken cancellationToken)
    {
        int end;
        while ((end = _in.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = await _socket.ReceiveAsync(_in.AsMemory(_filled), cancellationToken);
            if (read == 0)
            {
                throw new IOException("The server closed the connection instead of upgrading it.");
            }

            _filled += read;
        }

        if (!_in.AsSpan().StartsWith("HTTP/1.1 101"u8))
        {
            throw new IOException($"The server did not upgrade: {Encoding.ASCII.GetString(_in, 0, _in.AsSpan().IndexOf((byte)'\r'))}");
        }

        end += 4;
        _in.AsSpan(end, _filled - end).CopyTo(_in);
        _filled -= end;
        _cameWithHead = _filled > 0;
    }
}

internal delegate void FrameReceiver(ReadOnlySpan<byte> payload);
