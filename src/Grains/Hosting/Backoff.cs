namespace ChatOrleans.Grains.Hosting;

internal static class Backoff
{
    private const int MostSeconds = 30;

    /// <summary>How long to wait before the next attempt: 1 s after the first failure, twice as long after each further one, 30 s at the most.</summary>
    /// <param name="failures">In a row, before the one that is waited after.</param>
    public static TimeSpan After(int failures) => TimeSpan.FromSeconds(Math.Min(1 << Math.Min(failures, 10), MostSeconds));
}
