using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime.Sessions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>
/// One SignalR connection as its session writes to it. Frames go out as finished hub messages: SignalR's own serialisation of
/// arguments would encode each of them again.
/// </summary>
internal sealed class HubConnection(HubConnectionContext connection, SignsOfLife signs, FrameFormat format)
    : DeviceConnection(format, HubEnvelopes.Of(connection.Protocol.Name))
{
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    private int _sending;

    public override string Transport => Envelope.Encoding == FrameEncoding.Json ? "hub_json" : "hub_messagepack";

    public override long HeardAt => signs.HeardAt;

    public override long? UnfinishedSince => signs.UnfinishedSince;

    public override bool IsBackedUp => Volatile.Read(ref _sending) != 0;

    public override async ValueTask<bool> Send(ReadOnlyMemory<byte> bytes)
    {
        if (connection.ConnectionAborted.IsCancellationRequested)
        {
            return false;
        }

        var write = connection.WriteAsync(new SerializedHubMessage([new SerializedMessage(connection.Protocol.Name, bytes)]));
        if (write.IsCompletedSuccessfully)
        {
            return true;
        }

        Interlocked.Increment(ref _sending);
        try
        {
            await write;
            signs.Heard();
            return !connection.ConnectionAborted.IsCancellationRequested;
        }
        catch (Exception)
        {
            // However a connection breaks, it is gone.
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _sending);
        }
    }

    /// <summary>SignalR pings in both directions by itself.</summary>
    public override void Ping()
    {
    }

    /// <summary>A hub has no close codes: an error frame says which it would be, and SignalR's own close says it again.</summary>
    public override async Task Close(CloseCode code, string reason, TimeSpan? retryAfter)
    {
        try
        {
            var why = code.Explain(reason, retryAfter);
            using var buffer = new FrameBuffer();
            Envelope.Wrap(buffer, new RefusalFrame(null, why, Closing: true));
            // A copy: a device that does not take it may have it long after the buffer is used again.
            await Send(buffer.Written.ToArray()).AsTask().WaitAsync(CloseTime);
            await connection.WriteAsync(new CloseMessage(CodedErrors.TextOf(why), MayComeBackAtOnce(code, retryAfter))).AsTask().WaitAsync(CloseTime);
        }
        catch (Exception)
        {
            // Gone, or it takes nothing any more: nothing is left to be said to it.
        }

        connection.Abort();
    }

    /// <summary>
    /// SignalR's clients come back by themselves only where they are allowed to, and then at once: not so who is to wait, or has to change
    /// something first.
    /// </summary>
    private static bool MayComeBackAtOnce(CloseCode code, TimeSpan? retryAfter) =>
        code is CloseCode.Restarting or CloseCode.Silent && retryAfter is null;
}
