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

    /// <summary>What is stored: changes only when a write has completed.</summary>
    public T Value { get; private set; } = new();

    public async Task Read()
    {
        await storage.ReadStateAsync(name, grainId, _state);
        Value = _state.State ?? new T();
    }

    /// <summary>One write at a time: the caller sees to it.</summary>
    public async Task Write(T value)
    {
        _state.State = value;
        await storage.WriteStateAsync(name, grainId, _state);
        Value = value;
    }
}
