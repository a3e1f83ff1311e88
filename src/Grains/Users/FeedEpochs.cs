using System.Collections.Immutable;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>The end of the feed when an epoch began.</summary>
[GenerateSerializer, Immutable, Alias("chat.EpochBase")]
public readonly record struct EpochBase([property: Id(0)] string Epoch, [property: Id(1)] long Base);

/// <summary>
/// What is kept of a user besides the feed: the name, and the epochs of the feed with the base of each. Open from before the first
/// cursor of an activation leaves the grain until it is cleanly deactivated; an activation that finds it open starts a new epoch,
/// because devices may hold cursors that were never stored.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.UserProfile")]
public sealed record UserProfile
{
    private const int MostEpochs = 32;

    [Id(0)] public string? Name { get; init; }
    /// <summary>Oldest first; the last one is the present one.</summary>
    [Id(1)] public ImmutableArray<EpochBase> Epochs { get; init; } = [];
    [Id(2)] public bool Open { get; init; }
    /// <summary>Tokens issued up to then are revoked.</summary>
    [Id(3)] public DateTime? TokensRevokedAt { get; init; }
    /// <summary>Something suppressed was left that nobody had acknowledged: <see cref="UnseenMessages"/> are stored.</summary>
    [Id(4)] public bool HasUnseen { get; init; }

    public string Epoch => Epochs[^1].Epoch;

    /// <summary>The profile with which an activation begins that found the log's end at <paramref name="end"/>.</summary>
    public UserProfile Begin(long end, Func<string> newEpoch) => Epochs.IsEmpty || Open
        ? this with { Epochs = [.. Epochs.TakeLast(MostEpochs - 1), new EpochBase(newEpoch(), end)], Open = false }
        : this;

    /// <summary>
    /// True when exactly the events after the position can follow: it is of the present epoch and not beyond the end, or it is at
    /// or below the base of every later epoch. No epoch means the present one.
    /// </summary>
    public bool CanResume(FeedPosition position, long first, long end)
    {
        if (position.Cursor < first - 1 || position.Cursor > end || position.Cursor < 0)
        {
            return false;
        }

        var at = position.Epoch is null ? Epochs.Length - 1 : IndexOf(position.Epoch);
        // Bases only rise, so the next epoch's is the lowest of the later ones.
        return at >= 0 && (at == Epochs.Length - 1 || position.Cursor <= Epochs[at + 1].Base);
    }

    private int IndexOf(string epoch)
    {
        for (var i = Epochs.Length - 1; i >= 0; i--)
        {
            if (Epochs[i].Epoch == epoch)
            {
                return i;
            }
        }

        return -1;
    }
}
