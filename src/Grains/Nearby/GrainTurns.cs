namespace ChatOrleans.Grains.Nearby;

/// <summary>Work that comes to a grain from outside its calls, in a turn of its own.</summary>
internal static class GrainTurns
{
    /// <param name="turns">The grain's own, as <see cref="TaskScheduler.Current"/> is in its turns.</param>
    public static void Begin(this TaskScheduler turns, Action<object?> work, object state)
    {
        // Whoever asks for it must not leave a trace context or a call's context on the grain's turn.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _ = Task.Factory.StartNew(work, state, CancellationToken.None, TaskCreationOptions.None, turns);
        }
    }
}
