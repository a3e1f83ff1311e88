using System.Buffers.Binary;
using ChatOrleans.Grains.Logs;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// Grain state in the process's own RocksDB, through the same group commit as the logs. A row is an etag (8 bytes) and the state in
/// Orleans' binary form. Throws <see cref="InconsistentStateException"/> where another activation has written since, and
/// <see cref="LogUnavailableException"/> where the outcome is unknown.
/// </summary>
public sealed class RocksGrainStorage(RocksDatabase database, RocksWriter writer, Serializer serializer) : IGrainStorage
{
    private const int ETagLength = sizeof(long);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (database.Get(RocksKeys.State(stateName, grainId)) is { } row)
            grainState.Found<T>(serializer.FromStoredBytes<T>(row.AsMemory(ETagLength)), ReadETag(row));
        else
            grainState.Missing();
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var state = serializer.ToStoredBytes(grainState.State);
        var row = new byte[ETagLength + state.Length];
        Random.Shared.NextBytes(row.AsSpan(0, ETagLength));
        state.CopyTo(row.AsSpan(ETagLength));
        await writer.Enqueue(new PendingState(stateName, grainId, grainState.ETag, row));
        grainState.Written(ReadETag(row));
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await writer.Enqueue(new PendingState(stateName, grainId, grainState.ETag, null));
        grainState.Missing();
    }

    private static string ReadETag(ReadOnlySpan<byte> row) => GrainStates.FormatETag(BinaryPrimitives.ReadInt64LittleEndian(row));

    /// <param name="row">What to store; null to clear.</param>
    private sealed class PendingState(string stateName, GrainId grainId, string? expected, byte[]? row) : PendingWrite
    {
        public override Exception? Stage(RocksDatabase database, StagedWrites staged)
        {
            var key = RocksKeys.State(stateName, grainId);
            var staging = Convert.ToHexString(key);
            if (!staged.States.TryGetValue(staging, out var stored))
                stored = database.Get(key) is { } current ? ReadETag(current) : null;
            if (stored != expected)
                return GrainStates.Inconsistent(stateName, grainId, stored, expected);

            if (row is null)
                staged.Delete(key);
            else
                staged.Put(key, row);
            staged.States[staging] = row is null ? null : ReadETag(row);
            return null;
        }
    }
}
