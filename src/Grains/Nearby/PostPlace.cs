using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Nearby;

/// <summary>Of one post in the order of its sender's: where it is on its way, so that the next one does not overtake it.</summary>
public sealed class PostPlace
{
    private int _way;
    private ConversationId _line;
    private TaskCompletionSource? _taking;

    private enum Way
    {
        /// <summary>It has no place yet: it waits for the one before it.</summary>
        None = 0,
        Near = 1,
        Line = 2,
    }

    /// <summary>Completes with the post. Set as soon as it was begun.</summary>
    public Task Done { get; set; } = Task.CompletedTask;

    public bool IsUnderWay => !Done.IsCompleted;

    /// <summary>What goes to the conversation in this process from now on comes after it.</summary>
    public bool IsNear => Volatile.Read(ref _way) == (int)Way.Near;

    /// <summary>What is posted by a call from now on comes after it.</summary>
    public bool IsInLine => Volatile.Read(ref _way) == (int)Way.Line;

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

    private bool HasPlace => Volatile.Read(ref _way) != (int)Way.None || !IsUnderWay;

    /// <summary>After it was handed on, not before: another thread may look for where to go behind it.</summary>
    public void GoNear() => Take(Way.Near);

    /// <summary>It was not taken there.</summary>
    public void ComeBack() => Volatile.Write(ref _way, (int)Way.None);

    /// <inheritdoc cref="GoNear"/>
    public void EnterLine(ConversationId conversation)
    {
        _line = conversation;
        Take(Way.Line);
    }

    public bool IsInLineTo(ConversationId conversation) => IsInLine && _line == conversation;

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Take(Way way)
    {
        Interlocked.Exchange(ref _way, (int)way);
        _taking?.TrySetResult();
    }
}
