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
        var stream = new NetworkStream(socket, ownsSocket: true);
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

        return answer.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal)
            ? WebSocket.CreateFromStream(new Throttled(this, stream), new WebSocketCreationOptions())
            : throw new WebSocketException(answer.ToString());
    }

    /// <summary>Ten sips a second.</summary>
    private sealed class Throttled(SlowConnection line, Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!line._hurried.Task.IsCompleted)
            {
                await Task.WhenAny(line._hurried.Task, Task.Delay(100, cancellationToken));
                buffer = buffer[..Math.Min(buffer.Length, line.BytesPerSip)];
            }

            var read = await inner.ReadAsync(buffer, cancellationToken);
            Interlocked.Add(ref line._received, read);
            return read;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    private int BytesPerSip => Math.Max(1, bytesPerSecond / 10);
}
