using System.Collections.Immutable;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// Where one connected device is in the feed. It pulls; nothing is queued for it but a few hints that may be lost. What lies up to
/// <see cref="ReplayUntil"/> was missed while away and is read in full, however much it is.
/// </summary>
/// <param name="nearby">Where the device is in this process; else null. It is then handed its batches instead of pulling each by a call.</param>
/// <param name="wake">Called when there is something for a nearby device.</param>
internal sealed class FeedReader(
    string deviceId, long cursor, long replayUntil, DateTime? tokenIssuedAt = null, NearbyDevice? nearby = null, Action<FeedReader>? wake = null)
{
    private const int MostHints = 64;

    private readonly Queue<Ephemeral> _hints = new();
    private TaskCompletionSource? _waiting;

    private Exception? _stopped;

    public string DeviceId => deviceId;

    public DateTime? TokenIssuedAt => tokenIssuedAt;

    /// <summary>The last event that was handed out.</summary>
    public long Cursor { get; set; } = cursor;

    public NearbyDevice? Nearby => nearby;

    /// <summary>True from when a nearby device has been given its opening.</summary>
    public bool IsHandedOut { get; set; }

    /// <summary>True while a batch for a nearby device is being read.</summary>
    public bool IsFilling { get; set; }

    public long ReplayUntil => replayUntil;

    /// <summary>That of the process in which the device is; none where that is this one.</summary>
    public CancellationTokenRegistration Life { get; set; }

    public bool HasHints => _hints.Count > 0;

    public void Add(Ephemeral hint)
    {
        if (_hints.Count == MostHints)
        {
            _hints.Dequeue();
        }

        _hints.Enqueue(hint);
        Wake();
    }

    public ImmutableArray<Ephemeral> TakeHints()
    {
        ImmutableArray<Ephemeral> taken = [.. _hints];
        _hints.Clear();
        return taken;
    }

    /// <summary>There is something to read.</summary>
    public void Wake()
    {
        if (IsHandedOut)
        {
            wake!(this);
            return;
        }

        // Continuations run in a later turn, so that what is applied together is read together.
        _waiting?.TrySetResult();
        _waiting = null;
    }

    /// <summary>The grain goes, or the reader may read no more: whoever waits is told why, and so is whoever comes next.</summary>
    public void Stop(Exception reason)
    {
        _stopped = reason;
        Life.Unregister();
        _waiting?.TrySetException(reason);
        _waiting = null;
    }

    public bool IsStopped => _stopped is not null;

    public void ThrowIfStopped()
    {
        if (_stopped is not null)
        {
            throw _stopped;
        }
    }

    public Task WaitForMore(CancellationToken cancellationToken)
    {
        _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task.WaitAsync(cancellationToken);
    }
}
