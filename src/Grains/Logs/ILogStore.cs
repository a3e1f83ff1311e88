using System.Collections.Immutable;

namespace ChatOrleans.Grains.Logs;

/// <summary>
/// Durable storage for what only grows. An <em>owner</em> is one grain; it has up to a few <em>tracks</em>, each a run of rows that
/// is contiguous from index 1, and <em>keys</em>, small named rows. One owner has one writer.
/// </summary>
/// <remarks>
/// Promises, which the specification suite checks of every implementation:
/// a <see cref="LogWrite"/> is atomic, and durable when its task completes;
/// a write whose generation or first index does not fit what is stored changes nothing and throws
/// <see cref="LogConflictException"/>, without touching any other owner's write, also where many share one disk write;
/// any other failure is a <see cref="LogUnavailableException"/> and its outcome is unknown: read again before writing again;
/// a completed write is seen by every read that begins after it;
/// the store takes over the buffers of a write and never changes them; the buffers that a read returns are the reader's.
/// No cost grows with the length of a track.
/// </remarks>
public interface ILogStore
{
    /// <summary>Generation and bounds of an owner; <see cref="LogHead.Empty"/> where nothing was ever written.</summary>
    ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default);

    /// <summary>
    /// Rows of one track from index <paramref name="from"/> on (from the first retained one, where that is later), in order and
    /// without gap: at most <paramref name="maxRows"/>, and no further row once <paramref name="maxBytes"/> is reached; at least
    /// one where there is one.
    /// </summary>
    ValueTask<LogRows> Read(
        LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes = int.MaxValue, CancellationToken cancellationToken = default);

    /// <summary>The value of one key; null where there is none.</summary>
    ValueTask<ReadOnlyMemory<byte>?> ReadKey(LogOwner owner, string key, CancellationToken cancellationToken = default);

    /// <summary>All keys of an owner that begin with <paramref name="prefix"/>, in ordinal order of their UTF-8 bytes.</summary>
    IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ScanKeys(
        LogOwner owner, string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Applies one write as a whole. Throws <see cref="LogConflictException"/> or <see cref="LogUnavailableException"/>.</summary>
    Task Write(LogWrite write);
}

/// <summary>Whose log it is: <c>kind/id</c>, such as <c>conversation/conv_…</c>. No control characters; at most 200 UTF-8 bytes.</summary>
public readonly record struct LogOwner(string Value)
{
    public override string ToString() => Value;
}

/// <summary>The tracks that an owner may have. The number is stored: never reuse one.</summary>
public enum LogTrack : byte
{
    /// <summary>A conversation's messages; index = seq.</summary>
    Messages = 1,
    /// <summary>A conversation's changes; index = rev.</summary>
    Changes = 2,
    /// <summary>A user's feed; index = cursor.</summary>
    Feed = 3,
}

/// <summary>The bounds of one track. Empty: <c>First</c> = 1 and <c>Last</c> = 0; trimmed to nothing: <c>First</c> = <c>Last</c> + 1.</summary>
/// <param name="First">The first index that is retained.</param>
/// <param name="Last">The last index that was written; the next append is at <c>Last</c> + 1.</param>
public readonly record struct TrackBounds(LogTrack Track, long First, long Last);

/// <param name="Generation">The generation of the last write; 0 where nothing was ever written.</param>
public sealed record LogHead(long Generation, ImmutableArray<TrackBounds> Tracks)
{
    public static LogHead Empty { get; } = new(0, []);

    public TrackBounds this[LogTrack track]
    {
        get
        {
            foreach (var bounds in Tracks)
            {
                if (bounds.Track == track)
                {
                    return bounds;
                }
            }

            return new TrackBounds(track, 1, 0);
        }
    }
}

/// <param name="First">The index of the first row; meaningless where there is none.</param>
public readonly record struct LogRows(long First, ImmutableArray<ReadOnlyMemory<byte>> Rows);

/// <summary>
/// One atomic write of one owner. The store holds a generation per owner. A write is taken only while the stored one equals
/// <see cref="ExpectedGeneration"/>, and leaves <see cref="Generation"/> there. An activation reads generation g, writes first with
/// (g, g + 1) and from then on with (g + 1, g + 1): so of two activations that read the same g only one can ever write, and one
/// that was frozen while another took over can overwrite nothing.
/// </summary>
public sealed record LogWrite
{
    public required LogOwner Owner { get; init; }
    public required long ExpectedGeneration { get; init; }
    public required long Generation { get; init; }
    public ImmutableArray<LogAppend> Appends { get; init; } = [];
    public ImmutableArray<LogReplacement> Replacements { get; init; } = [];
    public ImmutableArray<LogKey> Keys { get; init; } = [];
    public ImmutableArray<LogTrim> Trims { get; init; } = [];
}

/// <summary>Appends rows; the write is refused unless <paramref name="First"/> is the track's last index + 1. One per track and write.</summary>
public readonly record struct LogAppend(LogTrack Track, long First, ImmutableArray<ReadOnlyMemory<byte>> Rows);

/// <summary>Replaces one retained row; refused where there is none at that index (rows of the same write's append count).</summary>
public readonly record struct LogReplacement(LogTrack Track, long Index, ReadOnlyMemory<byte> Row);

/// <summary>Sets a key (1 to 300 UTF-8 bytes, no control characters), or deletes it where <paramref name="Value"/> is null.</summary>
public readonly record struct LogKey(string Key, ReadOnlyMemory<byte>? Value);

/// <summary>Removes every row below <paramref name="First"/>, which becomes the first retained index (at most last + 1; never moves back).</summary>
public readonly record struct LogTrim(LogTrack Track, long First);

/// <summary>You lost the race: another activation has written since this one read. Deactivate and read again.</summary>
[GenerateSerializer, Alias("chat.LogConflictException")]
public sealed class LogConflictException(string message) : Exception(message);

/// <summary>The store did not answer, or failed; whether the write happened is unknown. Deactivate and read again.</summary>
/// <remarks>
/// No inner exception: it crosses grain calls where it keeps a grain from waking, and a store's own types do not.
/// </remarks>
[GenerateSerializer, Alias("chat.LogUnavailableException")]
public sealed class LogUnavailableException(string message) : Exception(message);
