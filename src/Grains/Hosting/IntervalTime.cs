namespace ChatOrleans.Grains.Hosting;

internal static class IntervalTime
{
    /// <summary>
    /// For intervals: time since a moment that never changes. It only goes forward, while with a clock that is set back by an hour a wait
    /// would last for that hour.
    /// </summary>
    public static TimeSpan Uptime(this TimeProvider time) => time.GetElapsedTime(0);
}
