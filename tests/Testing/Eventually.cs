using ChatOrleans.Errors;

namespace ChatOrleans.Testing;

/// <summary>Waits for what another grain, process or device brings about, and says what was missing when it does not come.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(5);

    /// <summary>What was read when the condition first held. Throws <see cref="TimeoutException"/>.</summary>
    public static async Task<T> Is<T>(Func<Task<T>> read, Func<T, bool> condition, string missing)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            var value = await read();
            if (condition(value))
                return value;
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"Waited {s_patience.TotalSeconds} s for {missing}. Last seen: {value}");
            // Not at once: what is waited for needs the processor more.
            await Task.Delay(s_between);
        }
    }

    /// <summary>The answer, once it is no longer refused as unavailable: a grain whose store has failed goes, and the next one answers.</summary>
    public static async Task<T> Answers<T>(Func<Task<T>> call)
    {
        T answer = default!;
        await Is(
            async () =>
            {
                try
                {
                    answer = await call();
                    return true;
                }
                catch (ChatException refusal) when (refusal.Code == Errors.ErrorCode.Unavailable)
                {
                    return false;
                }
            },
            answered => answered,
            "an answer");
        return answer;
    }

    public static Task Is(Func<bool> condition, string missing) => Is(() => Task.FromResult(condition()), holds => holds, missing);
}
