using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// A transport as a session sees it. Sends may come from several sides at once and never mix; none throws because the device is
/// gone. Raw sockets and hubs implement it.
/// </summary>
internal abstract class DeviceConnection(FrameFormat format, FrameEnvelope envelope)
{
    /// <summary>For metrics: a fixed word.</summary>
    public abstract string Transport { get; }

    public FrameFormat Format => format;

    /// <summary>How several frames make one write.</summary>
    public FrameEnvelope Envelope => envelope;

    /// <summary>When something last came from the device, pongs included: a timestamp of the time provider, since clocks are set back.</summary>
    public abstract long HeardAt { get; }

    /// <summary>When a frame that is not whole yet began to come, by the same clock; null where none is on its way.</summary>
    public virtual long? UnfinishedSince => null;

    /// <summary>True while a send waits for the device to take what was sent before.</summary>
    public abstract bool IsBackedUp { get; }

    /// <summary>
    /// Writes whole envelopes and completes when the transport has room for more: that is all the back-pressure there is. False
    /// when the device is gone. The bytes may be used again afterwards.
    /// </summary>
    public abstract ValueTask<bool> Send(ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// As <see cref="Send"/>, in the same order, but a busy server may write a moment later, with what else comes for the device; where little
    /// waits for that, completes before it is written.
    /// </summary>
    public virtual ValueTask<bool> SendTogether(ReadOnlyMemory<byte> bytes) => Send(bytes);

    /// <summary>Asks for a sign of life, where the transport has a way to and does not by itself.</summary>
    public abstract void Ping();

    /// <summary>Tells the device why, then closes. Never throws, and takes no longer than a few seconds.</summary>
    /// <param name="retryAfter">When to come back at the soonest; null where the code says it.</param>
    public abstract Task Close(CloseCode code, string reason, TimeSpan? retryAfter);
}
