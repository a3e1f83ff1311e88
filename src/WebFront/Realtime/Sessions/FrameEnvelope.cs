using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// What a transport puts around frames, written straight into the buffer that the frames are encoded into, so that a batch is one
/// write without a copy. Holds no state: begin, then each frame between BeginFrame and EndFrame, then end.
/// </summary>
internal abstract class FrameEnvelope
{
    public abstract FrameEncoding Encoding { get; }

    public virtual void Begin(FrameBuffer buffer)
    {
    }

    /// <param name="count">How many frames there are before this one.</param>
    /// <returns>What <see cref="EndFrame"/> must be given.</returns>
    public abstract int BeginFrame(FrameBuffer buffer, int count);

    public abstract void EndFrame(FrameBuffer buffer, int begun);

    public virtual void End(FrameBuffer buffer, int count)
    {
    }

    /// <summary>One frame in an envelope of its own.</summary>
    public void Wrap<TFrame>(FrameBuffer buffer, in TFrame frame)
        where TFrame : struct, IFrameObject
    {
        Begin(buffer);
        Add(buffer, frame, 0);
        End(buffer, 1);
    }

    public void Add<TFrame>(FrameBuffer buffer, in TFrame frame, int count)
        where TFrame : struct, IFrameObject
    {
        var begun = BeginFrame(buffer, count);
        FrameEncoder.Write(buffer, frame, Encoding);
        EndFrame(buffer, begun);
    }
}
