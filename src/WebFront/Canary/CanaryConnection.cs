using System.Text;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime;
using ChatOrleans.WebFront.Realtime.Sessions;
using ChatOrleans.WebFront.Realtime.Sockets;

namespace ChatOrleans.WebFront.Canary;

/// <summary>A device inside the process: it has a session as every other one, and looks for one word in what it is sent.</summary>
internal sealed class CanaryConnection(TimeProvider time) : DeviceConnection(FrameFormat.Flat, SocketEnvelope.Single)
{
    private byte[] _word = [];
    private TaskCompletionSource _heard = new();

    public override string Transport => "canary";

    public override long HeardAt => time.GetTimestamp();

    public override bool IsBackedUp => false;

    public bool IsClosed { get; private set; }

    /// <summary>Completes when something with this word in it was sent to the device.</summary>
    public Task Hears(string word)
    {
        (_heard, _word) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), Encoding.ASCII.GetBytes(word));
        return _heard.Task;
    }

    public override ValueTask<bool> Send(ReadOnlyMemory<byte> bytes)
    {
        if (_word.Length > 0 && bytes.Span.IndexOf(_word) >= 0)
        {
            _heard.TrySetResult();
        }

        return ValueTask.FromResult(!IsClosed);
    }

    public override void Ping()
    {
    }

    public override Task Close(CloseCode code, string reason, TimeSpan? retryAfter = null)
    {
        IsClosed = true;
        return Task.CompletedTask;
    }
}
