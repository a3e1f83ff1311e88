using System.Net.WebSockets;
using ChatOrleans.Errors;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime.Sessions;

namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>One raw WebSocket as its session writes to it.</summary>
internal sealed class SocketConnection(WebSocket socket, SocketStream stream, ConnectionQuery query, Action abort)
    : DeviceConnection(query.Format, query.Batch ? SocketBatchEnvelope.Batched : SocketEnvelope.Single)
{
    /// <summary>How long a device that may be gone is given to take its close frame, and one that lives to answer it.</summary>
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    private const long None = long.MinValue;

    private static readonly byte[] PingFrame = [0x89, 0x00];

    private long _unfinishedSince = None;

    public override string Transport => "socket";

    public override long HeardAt => stream.HeardAt;

    public override long? UnfinishedSince => Volatile.Read(ref _unfinishedSince) is var since and not None ? since : null;

    public override bool IsBackedUp => stream.IsBackedUp;

    /// <summary>Completes when the device answered our close, or will not.</summary>
    public TaskCompletionSource Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ValueTask<bool> Send(ReadOnlyMemory<byte> bytes) => stream.WriteFrames(bytes);

    public override ValueTask<bool> SendTogether(ReadOnlyMemory<byte> bytes) => stream.WriteTogether(bytes);

    /// <summary>Answers one command. Waits a moment for others, and for the events that come with it, to go out with it.</summary>
    public ValueTask<bool> SendReply<TFrame>(TFrame frame)
        where TFrame : struct, IFrameObject
    {
        using var buffer = new FrameBuffer();
        SocketEnvelope.Single.Wrap(buffer, frame);
        return stream.WriteSoon(buffer.WrittenSpan);
    }

    /// <summary>One frame by itself.</summary>
    public async ValueTask<bool> SendFrame<TFrame>(TFrame frame)
        where TFrame : struct, IFrameObject
    {
        using var buffer = new FrameBuffer();
        SocketEnvelope.Single.Wrap(buffer, frame);
        return await Send(buffer.Written);
    }

    /// <summary>Part of a frame is here. Only the first part counts, so that dripping the rest wins no time.</summary>
    public void Began(long timestamp)
    {
        if (Volatile.Read(ref _unfinishedSince) == None)
        {
            Volatile.Write(ref _unfinishedSince, timestamp);
        }
    }

    public void Finished() => Volatile.Write(ref _unfinishedSince, None);

    public override void Ping()
    {
        // A ping that cannot go out yet would only wait behind what the device is slow to take, and the next behind it.
        if (!stream.IsBackedUp)
        {
            _ = stream.WriteFrames(PingFrame).AsTask();
        }
    }

    public override async Task Close(CloseCode code, string reason, TimeSpan? retryAfter)
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseTime);
            // Where a client is to know more than the code says, an error frame goes first.
            if (code is CloseCode.Malformed or CloseCode.TooLarge or CloseCode.TooMany)
            {
                var failure = code.Explain(reason, retryAfter);
                await SendFrame(new RefusalFrame(null, failure, Closing: true)).AsTask().WaitAsync(limit.Token);
            }

            await socket.CloseOutputAsync((WebSocketCloseStatus)(int)code, reason, limit.Token);
            await Closed.Task.WaitAsync(limit.Token);
        }
        catch (Exception)
        {
            // Gone, or it does not answer: nothing is left to be said to it. The abort also ends the reader's wait.
            abort();
        }
    }
}
