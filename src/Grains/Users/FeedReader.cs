using System.Collections.Immutable;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// Where one connected device is in the feed. It pulls; nothing is queued for it but a few hints that may be lost. What lies up to
/// <see cref="ReplayUntil"/> was missed while away and is read in full, however much it is.
/// </summary>
internal sealed class FeedReader(string deviceId, long cursor, long replayUntil, DateTime? tokenIssuedAt = null)
{
    private const int MostHints = 64;

    private readonly Queue<Ephemeral> _hints = new();
    private TaskCompletionSource? _waiting;

    private Exception? _stopped;

    public string DeviceId => deviceId;

    public DateTime? TokenIssuedAt => tokenIssuedAt;

    /// <summary>The last event that was handed out.</summary>
    public long Cursor { get; set; } = cursor;

    public long ReplayUntil => replayUntil;

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
        // Continuations run in a later turn, so that what is applied together is read together.
        _waiting?.TrySetResult();
        _waiting = null;
    }

    /// <summary>The grain goes, or the reader may read no more: whoever waits is told why, and so is whoever comes next.</summary>
    public void Stop(Exception reason)
    {
        _stopped = reason;
        _waiting?.TrySetException(reason);
        _waiting = null;
    }

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
