using Orleans.Storage;

namespace ChatOrleans.Grains.Logs;

/// <summary>
/// Small bounded state of one grain in the "chat" grain storage, read and written when the grain says so. Its etag refuses the
/// write of a second activation (<see cref="InconsistentStateException"/>).
/// </summary>
public sealed class Checkpoint<T>(IGrainStorage storage, string name, GrainId grainId)
    where T : class, new()
{
    private readonly GrainState<T> _state = new(new T());

    /// <summary>What is stored, or a new one where nothing is. It is the caller's alone: nothing of it is kept here.</summary>
    public async Task<T> Read()
    {
        await storage.ReadStateAsync(name, grainId, _state);
        var value = _state.State ?? new T();
        _state.State = null!;
        return value;
    }

    /// <summary>What is stored by now, in the middle of an activation: who writes next is not told apart by it.</summary>
    public async Task<T> Peek()
    {
        var state = new GrainState<T>(new T());
        await storage.ReadStateAsync(name, grainId, state);
        return state.State ?? new T();
    }

    /// <summary>One write at a time: the caller sees to it.</summary>
    public async Task Write(T value)
    {
        _state.State = value;
        try
        {
            await storage.WriteStateAsync(name, grainId, _state);
        }
        finally
        {
            _state.State = null!;
        }
    }
}
