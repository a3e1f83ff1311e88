using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage;

/// <summary>
/// A grain state as it lies in the store. Every storage named "chat" reads and writes it as it is, where it would serialize another
/// type, so that states can be moved whose type nobody needs to know.
/// </summary>
public sealed class StoredBytes
{
    public ReadOnlyMemory<byte> Bytes { get; init; }
}

internal static class StateBytes
{
    public static byte[] ToStoredBytes<T>(this Serializer serializer, T? state) =>
        state is StoredBytes stored ? stored.Bytes.ToArray() : serializer.SerializeToArray(state!);

    public static T? FromStoredBytes<T>(this Serializer serializer, ReadOnlyMemory<byte> bytes) =>
        typeof(T) == typeof(StoredBytes) ? (T)(object)new StoredBytes { Bytes = bytes.ToArray() } : serializer.Deserialize<T>(bytes);
}

/// <summary>The same for Orleans' own storages.</summary>
internal sealed class StateSerializer(Serializer serializer) : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(serializer.ToStoredBytes(input));

    public T Deserialize<T>(BinaryData input) => serializer.FromStoredBytes<T>(input.ToMemory())!;
}
