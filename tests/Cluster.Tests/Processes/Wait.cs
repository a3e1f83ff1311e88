using System.Diagnostics;

namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>Waiting for something that another process does: looks again and again, and says what was missing.</summary>
public static class Wait
{
    public static async Task Until(Func<Task<bool>> condition, TimeSpan most, Func<string> what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > most)
            {
                throw new TimeoutException($"Waited {most.TotalSeconds:0} s for {what()}");
            }

            await Task.Delay(50);
        }
    }

    public static Task Until(Func<bool> condition, TimeSpan most, Func<string> what) => Until(() => Task.FromResult(condition()), most, what);
}
