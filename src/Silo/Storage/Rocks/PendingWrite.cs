using ChatOrleans.Grains.Logs;
using RocksDbSharp;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// One write that waits for the writer's thread. Its task completes on the thread pool, never on that thread: what an awaiting
/// grain does next must not hold up the next group.
/// </summary>
internal abstract class PendingWrite() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The one that was handed in before this one.</summary>
    public PendingWrite? Previous;

    /// <summary>
    /// Checks this write against what is stored and staged, and adds all of it to the batch; or adds nothing and returns why it is
    /// refused. Called on the writer's thread, once. Throws <see cref="LogUnavailableException"/>, having added nothing.
    /// </summary>
    public abstract Exception? Stage(RocksDatabase database, StagedWrites staged);
}

/// <summary>What a group has staged so far: the batch, and what later writes of the group must be checked against.</summary>
internal sealed class StagedWrites(int cachedHeads) : IDisposable
{
    public WriteBatch Batch { get; } = new();

    /// <summary>The heads that the writer saw last, with what it has staged but not yet stored.</summary>
    public BoundedCache<LogOwner, LogHead> Heads { get; } = new(cachedHeads);

    /// <summary>Grain states staged in this group: key bytes to etag, null where cleared.</summary>
    public Dictionary<string, string?> States { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes staged, roughly.</summary>
    public long Bytes { get; set; }

    public int Count { get; set; }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Batch.Put(key, value);
        Bytes += key.Length + value.Length;
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        Batch.Delete(key);
        Bytes += key.Length;
    }

    public unsafe void DeleteRange(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* start = from, end = to)
            Batch.DeleteRange(start, (ulong)from.Length, end, (ulong)to.Length);
        Bytes += from.Length + to.Length;
    }

    /// <summary>After a group was stored.</summary>
    public void Begin()
    {
        Batch.Clear();
        States.Clear();
        Bytes = 0;
        Count = 0;
    }

    /// <summary>After a group failed: what it staged may be stored or not.</summary>
    public void Forget()
    {
        Begin();
        Heads.Clear();
    }

    public void Dispose() => Batch.Dispose();
}
