namespace ChatOrleans.Grains.Nearby;

/// <summary>Of one post in the order of its sender's: where it is on its way, so that the next one does not overtake it.</summary>
internal sealed class PostPlace
{
    private const long None = 0;
    private const long Line = -1;

    /// <summary>Without a place it waits for the one before it. Else the line, or the activation in this process that took it.</summary>
    private long _way = None;
    private TaskCompletionSource? _taking;

    /// <summary>Completes with the post.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    public bool IsUnderWay => !Done.IsCompleted;

    /// <summary>What is posted by a call from now on comes after it.</summary>
    public bool IsInLine => Volatile.Read(ref _way) == Line;

    /// <summary>What that activation is told from now on comes after it. Null where it is not near.</summary>
    public long? Near => Volatile.Read(ref _way) is var way and > None ? way : null;

    /// <summary>Completes once it was near, in the line, or done. Never fails.</summary>
    public Task Taken
    {
        get
        {
            if (HasPlace)
            {
                return Task.CompletedTask;
            }

            var taking = _taking ?? Interlocked.CompareExchange(ref _taking, New(), null) ?? _taking;
            return HasPlace ? Task.CompletedTask : Task.WhenAny(taking!.Task, Done);
        }
    }

    private bool HasPlace => Volatile.Read(ref _way) != None || !IsUnderWay;

    public Task<T> Begin<T>(Task<T> post)
    {
        Done = post;
        return post;
    }

    /// <summary>After it was handed on, not before: another thread may look for where to go behind it.</summary>
    public void GoNear(long activation) => Take(activation);

    /// <summary>It was not taken there.</summary>
    public void ComeBack() => Volatile.Write(ref _way, None);

    /// <inheritdoc cref="GoNear"/>
    public void EnterLine() => Take(Line);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Take(long way)
    {
        Interlocked.Exchange(ref _way, way);
        _taking?.TrySetResult();
    }
}
