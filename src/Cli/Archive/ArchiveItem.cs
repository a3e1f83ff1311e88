using System.Collections.Immutable;
using ChatOrleans.Grains.Logs;
using Orleans.Runtime;

namespace ChatOrleans.Cli.Archive;

/// <summary>
/// One line of an archive. In order: the header; each log (its bounds, its rows track by track, its keys, its end); each state; the end.
/// </summary>
internal abstract record ArchiveItem;

/// <param name="From">The profile that it was exported from; for people.</param>
internal sealed record Header(int Version, string From) : ArchiveItem
{
    /// <summary>Raised when a reader of the version before could not read the file.</summary>
    public const int Present = 1;
}

internal sealed record LogBegin(LogOwner Owner, long Generation, ImmutableArray<TrackBounds> Tracks) : ArchiveItem
{
    public TrackBounds this[LogTrack track] => Tracks.FirstOrDefault(bounds => bounds.Track == track, new TrackBounds(track, 1, 0));
}

internal sealed record Row(LogTrack Track, long At, ReadOnlyMemory<byte> Bytes) : ArchiveItem;

internal sealed record Key(string Name, ReadOnlyMemory<byte> Bytes) : ArchiveItem;

internal sealed record LogEnd(LogOwner Owner) : ArchiveItem;

internal sealed record State(GrainId Grain, string Name, ReadOnlyMemory<byte> Bytes) : ArchiveItem;

internal sealed record End(Totals Totals) : ArchiveItem;

/// <summary>What is wrong with a file or does not fit a store; the message says which line, and what to do.</summary>
internal sealed class ArchiveException(string message) : Exception(message);
