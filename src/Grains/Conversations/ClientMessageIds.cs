using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>What a sender's client message id stands for.</summary>
/// <param name="Body">The first that came with it; another body under the same id is a conflict.</param>
internal readonly record struct PostedUnderId(long Seq, BodyHash Body);

/// <summary>The hash of a body: as it was written, and with the names of its meta in order, which say the same in any.</summary>
internal readonly record struct BodyHash(long Written, long Sorted)
{
    /// <summary>Stands for the hash of a body that was erased: any body fits it.</summary>
    public static BodyHash Erased { get; }

    public static BodyHash Of(PostMessage command)
    {
        var written = Hash(command.Text, command.Meta);
        return new BodyHash(written, command.Meta is { } meta && SortedMeta.Of(meta) is var sorted && sorted != meta ? Hash(command.Text, sorted) : written);
    }

    /// <summary>True where it may stand for that body.</summary>
    public bool Fits(BodyHash other) => this == Erased || Written == other.Written || Sorted == other.Sorted;

    private static long Hash(string text, string? meta)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(meta is null ? text : $"{text}\0{meta}"), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}

/// <summary>
/// Makes a repeated post one message: a row per (sender, client message id), written with the message and kept as long. The last
/// 1,024 are at hand; others are one point read, but where all that there ever were are at hand.
/// </summary>
internal sealed class ClientMessageIds(ConversationLog log)
{
    private const int Kept = 1_024;

    /// <summary>Ids are remembered by a hash that nobody outside can aim at: strings that live for a while cost the collector.</summary>
    private static readonly long s_seed = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));

    private readonly Dictionary<UInt128, PostedUnderId> _recent = [];
    private readonly Queue<(UInt128 Hash, long Seq)> _order = [];
    private Task _looking = Task.CompletedTask;
    private bool _forgot;

    /// <summary>
    /// Null where it is new. Answers in the order in which it was asked, so that posts are given their seq in the order in which they
    /// came, however long the store takes for one.
    /// </summary>
    /// <param name="key">Null where the message has no id; then only the order counts.</param>
    public ValueTask<PostedUnderId?> Find(string? key)
    {
        var looking = key is null ? default : Look(key);
        if (looking.IsCompletedSuccessfully && _looking.IsCompleted)
        {
            return looking;
        }

        var found = InOrder(key, looking, _looking);
        _looking = found;
        return new(found);
    }

    public void Add(string key, PostedUnderId posted)
    {
        var hash = Hash(key);
        _recent[hash] = posted;
        _order.Enqueue((hash, posted.Seq));
        // One whose append is still under way must stay: the store does not have it yet. A second look comes with the next one.
        if (_order.Count > Kept && _order.Peek().Seq <= log.Committed.Seq)
        {
            var (oldest, seq) = _order.Dequeue();
            // An id that retention gave free and that was used again stands in line twice.
            if (_recent.TryGetValue(oldest, out var known) && known.Seq == seq)
            {
                _recent.Remove(oldest);
                _forgot = true;
            }
        }
    }

    /// <summary>The body is erased: from now on any body under this id is a repeat.</summary>
    public void Forget(string key)
    {
        if (_recent.TryGetValue(Hash(key), out var known) && known.Seq <= log.Committed.Seq)
        {
            _recent[Hash(key)] = known with { Body = BodyHash.Erased };
        }
    }

    /// <summary>Where its message was removed by retention: the id is free again.</summary>
    public void Free(string key, long firstSeq)
    {
        if (_recent.TryGetValue(Hash(key), out var known) && known.Seq < firstSeq)
        {
            _recent.Remove(Hash(key));
        }
    }

    private async Task<PostedUnderId?> InOrder(string? key, ValueTask<PostedUnderId?> looking, Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var stored = await looking;
        // The one before may have been the same message.
        return key is not null && _recent.TryGetValue(Hash(key), out var known) ? known : stored;
    }

    private ValueTask<PostedUnderId?> Look(string key) =>
        _recent.TryGetValue(Hash(key), out var known) ? new(known)
        : log.BeganEmpty && !_forgot ? default
        : Read(key);

    private async ValueTask<PostedUnderId?> Read(string key) =>
        await log.Rows.Store.ReadKey(log.Rows.Owner, key) is { } stored ? Posted(stored.Span) : null;

    private static UInt128 Hash(string key) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(key.AsSpan()), s_seed);

    /// <summary>Seq and hash; then, where it is another, the hash of the body in order, which earlier versions do not look at.</summary>
    public static byte[] Row(PostedUnderId posted)
    {
        var row = new byte[posted.Body.Sorted == posted.Body.Written ? 16 : 24];
        BinaryPrimitives.WriteInt64LittleEndian(row, posted.Seq);
        BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(8), posted.Body.Written);
        if (row.Length > 16)
        {
            BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(16), posted.Body.Sorted);
        }

        return row;
    }

    private static PostedUnderId Posted(ReadOnlySpan<byte> row)
    {
        var written = BinaryPrimitives.ReadInt64LittleEndian(row[8..]);
        var sorted = row.Length > 16 ? BinaryPrimitives.ReadInt64LittleEndian(row[16..]) : written;
        return new PostedUnderId(BinaryPrimitives.ReadInt64LittleEndian(row), new BodyHash(written, sorted));
    }

    public static bool Fits(string clientMessageId, ChatLimits limits) =>
        clientMessageId.Length > 0 && clientMessageId.Length <= limits.ClientIdLength;

    /// <summary>Ids of clients may hold anything; what is no plain text is hashed to fit a key.</summary>
    public static string Key(UserId sender, string clientMessageId)
    {
        var plain = !clientMessageId.AsSpan().ContainsAnyExceptInRange('!', '~') && clientMessageId[0] != '#';
        return plain
            ? $"{sender}/{clientMessageId}"
            : $"{sender}/#{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(clientMessageId)))}";
    }
}
