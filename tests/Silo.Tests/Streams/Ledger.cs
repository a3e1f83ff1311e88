using System.Collections.Concurrent;

namespace ChatOrleans.Silo.Tests.Streams;

/// <summary>What all listeners of one test heard, in the order in which each heard it.</summary>
public sealed class Ledger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Hint>> _heard = [];
    private readonly List<(Func<bool> Met, TaskCompletionSource Done)> _waits = [];

    /// <summary>Called before a batch is noted; what it throws or awaits happens to the listener.</summary>
    public Func<string, IReadOnlyList<Hint>, Task>? Before { get; set; }

    /// <summary>Called with each batch, its stream and when it was heard.</summary>
    public Action<Hint>? Noted { get; set; }

    public ConcurrentQueue<(string Stream, Exception Error)> Errors { get; } = [];

    public int Total { get; private set; }

    public async Task Hear(string stream, IReadOnlyList<Hint> hints)
    {
        if (Before is { } before)
            await before(stream, hints);
        lock (_gate)
        {
            if (!_heard.TryGetValue(stream, out var heard))
                _heard[stream] = heard = [];
            heard.AddRange(hints);
            Total += hints.Count;
            if (Noted is { } noted)
                foreach (var hint in hints)
                    noted(hint);
            Check();
        }
    }

    public void Fail(string stream, Exception error)
    {
        Errors.Enqueue((stream, error));
        lock (_gate)
            Check();
    }

    public int[] Numbers(string stream)
    {
        lock (_gate)
            return _heard.TryGetValue(stream, out var heard) ? [.. heard.Select(h => h.Number)] : [];
    }

    /// <summary>Waits until the condition, looked at after each batch, holds.</summary>
    public async Task Until(Func<Ledger, bool> condition, string missing)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waits.Add((() => condition(this), done));
            Check();
        }
        try
        {
            await done.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"After {Patience.TotalSeconds:0} s still missing: {missing}. Heard {Total} in {_heard.Count} streams.");
        }
    }

    private void Check() => _waits.RemoveAll(wait => wait.Met() && wait.Done.TrySetResult());
}
