using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>What a sender's client message id stands for.</summary>
/// <param name="BodyHash">Of the first body that came with it; another body under the same id is a conflict.</param>
/// <param name="Durable">Completes with the append; completed where it was read back.</param>
internal readonly record struct PostedUnderId(long Seq, long BodyHash, Task Durable);

/// <summary>
/// Makes a repeated post one message: a row per (sender, client message id), written with the message and kept as long. The last
/// 1,024 are at hand; others are one point read.
/// </summary>
internal sealed class ClientMessageIds(ILogStore store, LogOwner owner)
{
    private const int Kept = 1_024;

    /// <summary>Stands for the hash of a body that was erased: any body fits it.</summary>
    public const long Erased = 0;

    private readonly Dictionary<string, PostedUnderId> _recent = [];
    private readonly Queue<string> _order = [];

    /// <summary>Others may have posted while this awaited: look at <see cref="Recent"/> before acting on a null.</summary>
    public async ValueTask<PostedUnderId?> Find(string key)
    {
        if (_recent.TryGetValue(key, out var known))
        {
            return known;
        }

        var row = await store.ReadKey(owner, key);
        if (_recent.TryGetValue(key, out known))
        {
            return known;
        }

        return row is { } stored
            ? new PostedUnderId(
                BinaryPrimitives.ReadInt64LittleEndian(stored.Span), BinaryPrimitives.ReadInt64LittleEndian(stored.Span[8..]), Task.CompletedTask)
            : null;
    }

    public void Add(string key, PostedUnderId posted)
    {
        _recent[key] = posted;
        _order.Enqueue(key);
        // One whose append is still under way must stay: the store does not have it yet. A second look comes with the next one. An id that
        // retention gave free and that was used again stands in line twice.
        if (_order.Count > Kept && (!_recent.TryGetValue(_order.Peek(), out var oldest) || oldest.Durable.IsCompleted))
        {
            _recent.Remove(_order.Dequeue());
        }
    }

    /// <summary>The body is erased: from now on any body under this id is a repeat.</summary>
    public void Forget(string key)
    {
        if (_recent.TryGetValue(key, out var known) && known.Durable.IsCompleted)
        {
            _recent[key] = known with { BodyHash = Erased };
        }
    }

    /// <summary>Where its message was removed by retention: the id is free again.</summary>
    public void Free(string key, long firstSeq)
    {
        if (_recent.TryGetValue(key, out var known) && known.Seq < firstSeq)
        {
            _recent.Remove(key);
        }
    }

    public static byte[] Row(long seq, long bodyHash)
    {
        var row = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(row, seq);
        BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(8), bodyHash);
        return row;
    }

    /// <summary>Ids of clients may hold anything; what is no plain text is hashed to fit a key.</summary>
    public static string Key(UserId sender, string clientMessageId, ChatLimits limits)
    {
        if (clientMessageId.Length is 0 || clientMessageId.Length > limits.ClientIdLength)
        {
            throw ChatException.Invalid($"client_message_id has 1 to {limits.ClientIdLength} characters.");
        }

        var plain = !clientMessageId.AsSpan().ContainsAnyExceptInRange('!', '~') && clientMessageId[0] != '#';
        return plain
            ? $"{sender}/{clientMessageId}"
            : $"{sender}/#{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(clientMessageId)))}";
    }

    public static long BodyHash(PostMessage command)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(command.Meta is null ? command.Text : $"{command.Text}\0{command.Meta}"), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
