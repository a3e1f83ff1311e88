namespace ChatOrleans.WebFront.Commands;

/// <summary>Of one send in the order of its sender's: where it is on its way, so that the next one does not overtake it.</summary>
public sealed class SendPlace
{
    private volatile Way _way;

    private enum Way : byte
    {
        /// <summary>It has no place yet: it waits for the one before it.</summary>
        None = 0,
        Near = 1,
        Line = 2,
    }

    /// <summary>Completes with the send. Set as soon as it was begun.</summary>
    public Task Done { get; set; } = Task.CompletedTask;

    public bool IsUnderWay => !Done.IsCompleted;

    /// <summary>What goes to the conversation in this process from now on comes after it.</summary>
    public bool IsNear => _way == Way.Near;

    /// <summary>What is posted by a call from now on comes after it.</summary>
    public bool IsInLine => _way == Way.Line;

    public void GoNear() => _way = Way.Near;

    /// <summary>It was not taken there.</summary>
    public void ComeBack() => _way = Way.None;

    public void EnterLine() => _way = Way.Line;
}
