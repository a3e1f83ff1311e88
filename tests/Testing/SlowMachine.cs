namespace ChatOrleans.Testing;

/// <summary>What is logged of a machine that is short of processors, and of nothing else.</summary>
public static class SlowMachine
{
    // Of Orleans: turns that took long, timers and probes that came late, the thread pool's delays. Of Kestrel: its late heartbeat.
    private static readonly string[] s_marks =
    [
        "Orleans.Runtime.Scheduler.WorkItemGroup", "Orleans.Runtime.AsyncTimer", "LocalSiloHealthMonitor", "Timer should have fired at",
        ".NET Thread Pool execution stalled for", "the heartbeat has been running for",
    ];

    public static bool Says(string entry) => s_marks.Any(mark => entry.Contains(mark, StringComparison.Ordinal));
}
