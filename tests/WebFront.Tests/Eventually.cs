using System.Diagnostics;

namespace ChatOrleans.WebFront.Tests;

/// <summary>Waits for a condition that another grain brings about, and says what was missing when it does not come.</summary>
public static class Eventually
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(15);

    public static async Task<T> Is<T>(Func<Task<T>> read, Func<T, bool> condition, string missing)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var value = await read();
            if (condition(value))
            {
                return value;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < Most, $"Not within {Most.TotalSeconds} s: {missing}. Last seen: {value}");
            await Task.Yield();
        }
    }
}
