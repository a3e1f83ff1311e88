namespace ChatOrleans.WebFront.Commands;

/// <summary>Of one send in the order of its sender's.</summary>
public sealed class SendPlace
{
    private volatile bool _taken;

    /// <summary>Completes with the send. Set as soon as it was begun.</summary>
    public Task Done { get; set; } = Task.CompletedTask;

    /// <summary>True once what is posted by a call from now on comes after it.</summary>
    public bool IsTaken => _taken || Done.IsCompleted;

    public void Take() => _taken = true;
}
