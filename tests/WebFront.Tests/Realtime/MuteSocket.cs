using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>A WebSocket client by hand, which answers no ping, and reads as slowly as it likes.</summary>
internal sealed class MuteSocket : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _from;
    private int _to;

    /// <summary>Bytes of the kernel's receive buffer; set before connecting.</summary>
    public int ReceiveBuffer
    {
        set => _socket.ReceiveBufferSize = value;
    }

    public long BytesRead { get; private set; }

    public int Pings { get; private set; }

    public async Task Connect(Uri address)
    {
        await _socket.ConnectAsync(address.Host == "localhost" ? "127.0.0.1" : address.Host, address.Port);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await _socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"));
        var header = new StringBuilder();
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            header.Append((char)await ReadByte());
        }

        if (!header.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The upgrade was refused: {header}");
        }
    }

    /// <summary>One masked text frame of less than 64 KiB.</summary>
    public async Task Send(string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        byte[] header = payload.Length < 126
            ? [0x81, (byte)(0x80 | payload.Length), 0, 0, 0, 0]
            : [0x81, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0];
        await _socket.SendAsync((byte[])[.. header, .. payload]);
    }

    public async Task<JsonObject> ReadUntil(string eventType, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            var (opcode, payload) = await ReadFrame(limit.Token);
            if (opcode == 1 && JsonNode.Parse(payload)!.AsObject() is var json && (string?)json["event_type"] == eventType)
            {
                return json;
            }
        }
    }

    /// <summary>All that came, until it has this in it.</summary>
    public async Task<string> ReadUntilText(string mark, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        var said = "";
        while (!said.Contains(mark, StringComparison.Ordinal))
        {
            said += Encoding.UTF8.GetString((await ReadFrame(limit.Token)).Payload);
        }

        return said;
    }

    /// <summary>Reads and answers nothing. The close code; 1006 where the connection broke off.</summary>
    public async Task<int> ReadUntilClose(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            while (true)
            {
                var (opcode, payload) = await ReadFrame(limit.Token);
                if (opcode == 8)
                {
                    return (payload[0] << 8) | payload[1];
                }
            }
        }
        catch (Exception e) when (e is SocketException or EndOfStreamException)
        {
            return 1006;
        }
    }

    public async Task<(int Opcode, byte[] Payload)> ReadFrame(CancellationToken cancellation = default)
    {
        var opcode = await ReadByte(cancellation) & 0x0f;
        long length = await ReadByte(cancellation);
        for (var (more, i) = (length == 126 ? 2 : length == 127 ? 8 : 0, 0); i < more; i++)
        {
            length = (i == 0 ? 0 : length << 8) | await ReadByte(cancellation);
        }

        var payload = new byte[length];
        for (var read = 0; read < length;)
        {
            payload[read++] = await ReadByte(cancellation);
            var more = Math.Min(_to - _from, payload.Length - read);
            _buffer.AsSpan(_from, more).CopyTo(payload.AsSpan(read));
            (_from, read) = (_from + more, read + more);
        }

        Pings += opcode == 9 ? 1 : 0;
        return (opcode, payload);
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<byte> ReadByte(CancellationToken cancellation = default)
    {
        if (_from == _to)
        {
            (_from, _to) = (0, await _socket.ReceiveAsync(_buffer, cancellation));
            if (_to == 0)
            {
                throw new EndOfStreamException();
            }

            BytesRead += _to;
        }

        return _buffer[_from++];
    }
}
