using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Testing;

/// <summary>What goes wrong with a chosen write.</summary>
public enum WriteFault
{
    /// <summary>Nothing is stored; the writer gets <see cref="LogUnavailableException"/>.</summary>
    FailBefore,
    /// <summary>The write is stored; the writer gets <see cref="LogUnavailableException"/> all the same, and cannot know.</summary>
    FailAfter,
    /// <summary>The write is handed on only when it is released.</summary>
    StallBefore,
    /// <summary>As <see cref="FailBefore"/>, but only when it is released.</summary>
    StallAndFail,
    /// <summary>The write is stored, but answered only when it is released.</summary>
    StallAfter,
}

/// <summary>Which writes fail or stall, and how. Thread-safe; the first plan that fits a write and is not used up applies.</summary>
public sealed class FaultPlan<TWrite>
{
    private readonly Lock _lock = new();
    private readonly List<PlannedFault<TWrite>> _planned = [];

    /// <summary>Plans a fault for the next <paramref name="times"/> writes that <paramref name="which"/> chooses.</summary>
    public PlannedFault<TWrite> Add(WriteFault fault, Func<TWrite, bool>? which = null, int times = 1)
    {
        var planned = new PlannedFault<TWrite>(fault, which ?? (_ => true), times);
        lock (_lock)
            _planned.Add(planned);
        return planned;
    }

    /// <summary>Plans failures before and after writing at random: the probability of each, 0 to 1, and a seed to repeat it.</summary>
    public void AddRandom(int seed, double failBefore, double failAfter)
    {
        var random = new Random(seed);
        // Evaluated under this plan's lock, one write at a time.
        Add(WriteFault.FailBefore, _ => random.NextDouble() < failBefore, int.MaxValue);
        Add(WriteFault.FailAfter, _ => random.NextDouble() < failAfter, int.MaxValue);
    }

    /// <summary>From now on all writes pass; what is stalled is released.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            foreach (var planned in _planned)
                planned.Release();
            _planned.Clear();
        }
    }

    internal async Task Run(TWrite write, Func<Task> store)
    {
        var planned = Choose(write);
        if (planned?.Fault is WriteFault.StallBefore or WriteFault.StallAndFail)
            await planned.Released;
        if (planned?.Fault is WriteFault.FailBefore or WriteFault.StallAndFail)
            throw new LogUnavailableException("A planned fault, before the write.");
        await store();
        if (planned?.Fault == WriteFault.FailAfter)
            throw new LogUnavailableException("A planned fault, after the write.");
        if (planned?.Fault == WriteFault.StallAfter)
            await planned.Released;
    }

    private PlannedFault<TWrite>? Choose(TWrite write)
    {
        lock (_lock)
            return _planned.Find(planned => planned.Takes(write));
    }
}

/// <summary>One planned fault, as the test that planned it sees it.</summary>
public sealed class PlannedFault<TWrite>
{
    private readonly TaskCompletionSource<TWrite> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<TWrite, bool> _which;
    private int _left;

    internal PlannedFault(WriteFault fault, Func<TWrite, bool> which, int times) => (Fault, _which, _left) = (fault, which, times);

    public WriteFault Fault { get; }

    /// <summary>Completes with the first write that the fault took, when that write arrives.</summary>
    public Task<TWrite> Reached => _reached.Task;

    internal Task Released => _released.Task;

    /// <summary>Lets stalled writes go on, these and later ones.</summary>
    public void Release() => _released.TrySetResult();

    internal bool Takes(TWrite write)
    {
        if (_left == 0 || !_which(write))
            return false;
        _left--;
        _reached.TrySetResult(write);
        return true;
    }
}
