namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>
/// Lies between the platform's WebSocket and the connection. The platform reads frames, answers pings and closes; this sees every
/// sign of life, which the platform keeps to itself, lets us write many frames at once, and keeps their writes and ours apart.
/// </summary>
internal sealed class SocketStream(Stream inner, TimeProvider time) : Stream, IThreadPoolWorkItem
{
    /// <summary>Bytes. Whoever has more to write waits until they are written, so that a slow device costs no more.</summary>
    private const int MostWaiting = 64 * 1024;

    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private WaitingFrames? _waitingFrames;
    private long _heardAt = time.GetTimestamp();
    private volatile bool _closed;
    private volatile bool _backedUp;
    private bool _hasRead;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>When the device last sent something, or took something that it had been slow to take: a timestamp.</summary>
    public long HeardAt => Volatile.Read(ref _heardAt);

    /// <summary>True while a write waits for the device to take earlier ones.</summary>
    public bool IsBackedUp => _backedUp;

    /// <summary>Whole frames of ours. False once the connection is closing or gone.</summary>
    public async ValueTask<bool> WriteFrames(ReadOnlyMemory<byte> frames)
    {
        try
        {
            return await Write(frames, CancellationToken.None);
        }
        catch (Exception)
        {
            // However a connection breaks, it is gone.
            _closed = true;
            return false;
        }
    }

    /// <summary>
    /// Whole frames of ours that can wait until what is ready now was begun: they go with the next write, or by themselves. Copies
    /// them; completes when they are written. False once the connection is closing or gone.
    /// </summary>
    public ValueTask<bool> WriteSoon(ReadOnlySpan<byte> frames) => WriteSoon(frames, out _);

    private ValueTask<bool> WriteSoon(ReadOnlySpan<byte> frames, out int waiting)
    {
        lock (_gate)
        {
            if (_waitingFrames is null)
            {
                _waitingFrames = new WaitingFrames();
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            _waitingFrames.Frames.Write(frames);
            waiting = _waitingFrames.Frames.Length;
            return new(_waitingFrames.Written);
        }
    }

    /// <summary>
    /// Whole frames of ours that go at once where this process has nothing else to do. Where it has, more is likely to come for the device
    /// meanwhile, and one write for all is most of what a busy server can save: they wait as in <see cref="WriteSoon(ReadOnlySpan{byte})"/>,
    /// and this completes at once, as long as little waits. False once the connection is closing or gone.
    /// </summary>
    public ValueTask<bool> WriteTogether(ReadOnlyMemory<byte> frames)
    {
        var idle = Volatile.Read(ref _waitingFrames) is null && ThreadPool.PendingWorkItemCount == 0;
        if (idle || _backedUp || _closed)
        {
            return WriteFrames(frames);
        }

        var written = WriteSoon(frames.Span, out var waiting);
        return waiting < MostWaiting ? new(true) : written;
    }

    /// <summary>Writes what still waits.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (Volatile.Read(ref _waitingFrames) is not null)
        {
            _ = WriteFrames(ReadOnlyMemory<byte>.Empty).AsTask();
        }
    }

    /// <summary>
    /// After a close frame of ours that nobody waits for an answer to: gives the device a moment to take it. A connection that ends
    /// at once is reset, and the reset overtakes the close frame.
    /// </summary>
    public async Task Linger()
    {
        if (!_closed)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(LingerTime, time);
            var rest = new byte[256];
            while (await inner.ReadAsync(rest, limit.Token) > 0)
            {
            }
        }
        catch (Exception)
        {
            // It is gone, or it stays silent: enough was done.
        }
    }

    /// <summary>
    /// A frame of the device has just come. What it asks for may take a while, and the next read is no sign of life from after that:
    /// a message that came meanwhile was not seen.
    /// </summary>
    public void Took()
    {
        Heard();
        _hasRead = false;
    }

    /// <summary>Whoever reads again has dealt with what came before, so this marks a sign of life without a wrapper around each read.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_hasRead)
        {
            Heard();
        }

        _hasRead = true;
        return inner.ReadAsync(buffer, cancellationToken);
    }

    /// <summary>The platform writes one whole frame at a time.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!await Write(CloseFrames.AsOurs(buffer), cancellationToken))
        {
            throw new IOException("The connection is closed.");
        }
    }

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
            _closed = true;
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<bool> Write(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        var closes = CloseFrames.IsOne(frames.Span);
        await _writing.WaitAsync(cancellationToken);
        var waiting = TakeWaiting();
        var written = false;
        try
        {
            if (_closed)
            {
                return false;
            }

            if (waiting is not null)
            {
                // In front: they came first.
                waiting.Frames.Write(frames.Span);
                frames = waiting.Frames.Written;
            }

            if (frames.IsEmpty)
            {
                return true;
            }

            // Nothing may follow a close frame.
            _closed = closes;
            var write = inner.WriteAsync(frames, cancellationToken);
            if (!write.IsCompleted)
            {
                _backedUp = true;
                await write;
                // It took what had filled its window: it lives, though its answer to a ping may lie far behind.
                Heard();
            }
            else
            {
                await write;
            }

            return written = true;
        }
        finally
        {
            _backedUp = false;
            _writing.Release();
            waiting?.End(written);
        }
    }

    private WaitingFrames? TakeWaiting()
    {
        if (Volatile.Read(ref _waitingFrames) is null)
        {
            return null;
        }

        lock (_gate)
        {
            var waiting = _waitingFrames;
            _waitingFrames = null;
            return waiting;
        }
    }

    private void Heard() => Volatile.Write(ref _heardAt, time.GetTimestamp());
}
