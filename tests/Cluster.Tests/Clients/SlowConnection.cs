using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>A network through which few bytes a second pass, with a small receive buffer, until it is hurried.</summary>
public sealed class SlowConnection(int bytesPerSecond)
{
    private const int ReceiveBuffer = 4 * 1024;

    private readonly TaskCompletionSource _hurried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _received;

    public long Received => Volatile.Read(ref _received);

    public void Hurry() => _hurried.TrySetResult();

    public async Task<WebSocket> Connect(Uri address, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = ReceiveBuffer };
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        var stream = new Throttled(this, socket);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"),
            cancellationToken);
        var answer = new StringBuilder();
        for (var one = new byte[1]; !answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal);)
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            answer.Append((char)one[0]);
        }

        stream.IsOpen = true;
        return answer.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal)
            ? WebSocket.CreateFromStream(stream, new WebSocketCreationOptions())
            : throw new WebSocketException(answer.ToString());
    }

    /// <summary>Ten sips a second, once the handshake is read.</summary>
    private sealed class Throttled(SlowConnection line, Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        public bool IsOpen { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!IsOpen)
            {
                return await base.ReadAsync(buffer, cancellationToken);
            }

            if (!line._hurried.Task.IsCompleted)
            {
                await Task.WhenAny(line._hurried.Task, Task.Delay(100, cancellationToken));
                buffer = buffer[..Math.Min(buffer.Length, line.BytesPerSip)];
            }

            var read = await base.ReadAsync(buffer, cancellationToken);
            Interlocked.Add(ref line._received, read);
            return read;
        }
    }

    private int BytesPerSip => Math.Max(1, bytesPerSecond / 10);
}
