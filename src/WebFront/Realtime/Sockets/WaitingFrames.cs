using ChatOrleans.WebFront.Frames;

namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>Whole frames that go out together, in the order in which they were added.</summary>
internal sealed class WaitingFrames
{
    private readonly TaskCompletionSource<bool> _written = new();

    public FrameBuffer Frames { get; } = new();

    /// <summary>False where the connection was closing or gone.</summary>
    public Task<bool> Written => _written.Task;

    public void End(bool written)
    {
        Frames.Dispose();
        _written.TrySetResult(written);
    }
}
