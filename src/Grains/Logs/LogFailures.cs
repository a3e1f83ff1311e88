namespace ChatOrleans.Grains.Logs;

internal static class LogFailures
{
    /// <summary>
    /// Null where the store itself says what happened: its words are enough then, and a trace for each grain of a server whose disk is
    /// full would bury them.
    /// </summary>
    public static Exception? Unforeseen(this Exception failure) => failure is LogUnavailableException or LogConflictException ? null : failure;
}
