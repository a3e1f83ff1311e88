namespace ChatOrleans.Grains.Hosting;

internal static class WholeMilliseconds
{
    /// <summary>UTC, cut to what clients are shown of every message, change and notification.</summary>
    public static DateTime GetUtcMilliseconds(this TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
