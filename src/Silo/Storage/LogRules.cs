using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage;

/// <summary>
/// What every log store checks in the same way, as pure functions: the shape of a write, whether it fits an owner's head, and the
/// head that it leaves behind.
/// </summary>
internal static class LogRules
{
    public const int MaxOwnerBytes = 200;
    public const int MaxKeyBytes = 300;
    public const byte MaxTrack = 200;

    /// <summary>Throws <see cref="ArgumentException"/> for a write that no store could take, whatever it holds.</summary>
    public static void CheckShape(LogWrite write)
    {
        ArgumentNullException.ThrowIfNull(write);
        CheckOwner(write.Owner);
        if (write.ExpectedGeneration < 0 || write.Generation < 1 || write.Generation < write.ExpectedGeneration)
            throw new ArgumentException($"{write.Owner}: a generation counts from 1 and never goes back ({write.ExpectedGeneration} to {write.Generation}).");
        for (var i = 0; i < write.Appends.Length; i++)
        {
            CheckTrack(write.Appends[i].Track);
            if (write.Appends[i].Rows.IsDefault)
                throw new ArgumentException($"{write.Owner}: an append to {write.Appends[i].Track} without rows, not even none.");
            for (var j = 0; j < i; j++)
                if (write.Appends[j].Track == write.Appends[i].Track)
                    throw new ArgumentException($"{write.Owner}: two appends to {write.Appends[i].Track} in one write.");
        }

        foreach (var replacement in write.Replacements)
            CheckTrack(replacement.Track);
        foreach (var trim in write.Trims)
            CheckTrack(trim.Track);
        foreach (var key in write.Keys)
            CheckKey(key.Key);
    }

    public static void CheckOwner(LogOwner owner)
    {
        if (string.IsNullOrEmpty(owner.Value) || IsUnfit(owner.Value, MaxOwnerBytes))
            throw new ArgumentException($"A log owner is 1 to {MaxOwnerBytes} UTF-8 bytes without control characters.", nameof(owner));
    }

    public static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0)
            throw new ArgumentException("A log key is not empty.", nameof(key));
        CheckKeyPrefix(key);
    }

    public static void CheckKeyPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (IsUnfit(prefix, MaxKeyBytes))
            throw new ArgumentException($"A log key is 1 to {MaxKeyBytes} UTF-8 bytes without control characters.", nameof(prefix));
    }

    public static void CheckRead(LogOwner owner, LogTrack track, int maxRows)
    {
        CheckOwner(owner);
        CheckTrack(track);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRows);
    }

    /// <summary>The head after <paramref name="write"/>; or null, with the reason, where it does not fit <paramref name="head"/>.</summary>
    public static LogHead? Next(LogHead head, LogWrite write, out string? conflict)
    {
        conflict = null;
        if (head.Generation != write.ExpectedGeneration)
        {
            conflict = $"{write.Owner}: generation {write.ExpectedGeneration} was expected, {head.Generation} is stored.";
            return null;
        }

        var tracks = head.Tracks;
        foreach (var append in write.Appends)
        {
            var bounds = Find(tracks, append.Track);
            if (append.First != bounds.Last + 1)
            {
                conflict = $"{write.Owner}: an append to {append.Track} at {append.First} does not follow {bounds.Last}.";
                return null;
            }

            if (!append.Rows.IsDefaultOrEmpty)
                tracks = With(tracks, bounds with { Last = bounds.Last + append.Rows.Length });
        }

        foreach (var replacement in write.Replacements)
        {
            var bounds = Find(tracks, replacement.Track);
            if (replacement.Index < bounds.First || replacement.Index > bounds.Last)
            {
                conflict = $"{write.Owner}: {replacement.Track} {replacement.Index} is not within {bounds.First} to {bounds.Last}.";
                return null;
            }
        }

        foreach (var trim in write.Trims)
        {
            var bounds = Find(tracks, trim.Track);
            if (trim.First > bounds.Last + 1)
            {
                conflict = $"{write.Owner}: {trim.Track} cannot be trimmed to {trim.First}, it ends at {bounds.Last}.";
                return null;
            }

            if (trim.First > bounds.First)
                tracks = With(tracks, bounds with { First = trim.First });
        }

        return new LogHead(write.Generation, tracks);
    }

    private static TrackBounds Find(ImmutableArray<TrackBounds> tracks, LogTrack track)
    {
        foreach (var bounds in tracks)
            if (bounds.Track == track)
                return bounds;
        return new TrackBounds(track, 1, 0);
    }

    private static ImmutableArray<TrackBounds> With(ImmutableArray<TrackBounds> tracks, TrackBounds changed)
    {
        for (var i = 0; i < tracks.Length; i++)
            if (tracks[i].Track == changed.Track)
                return Replace(tracks, i, changed);
        return tracks.Add(changed);
    }

    private static ImmutableArray<TrackBounds> Replace(ImmutableArray<TrackBounds> tracks, int at, TrackBounds changed)
    {
        var copy = tracks.AsSpan().ToArray();
        copy[at] = changed;
        return ImmutableCollectionsMarshal.AsImmutableArray(copy);
    }

    private static void CheckTrack(LogTrack track)
    {
        if ((byte)track is 0 or > MaxTrack)
            throw new ArgumentException($"A track is numbered 1 to {MaxTrack}.", nameof(track));
    }

    // A lone surrogate has no UTF-8 form: two different texts would share one row.
    private static bool IsUnfit(string text, int maxBytes)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c))
                return true;
            if (char.IsSurrogate(c) && !(char.IsHighSurrogate(c) && ++i < text.Length && char.IsLowSurrogate(text[i])))
                return true;
        }

        return text.Length > maxBytes || (text.Length > maxBytes / 3 && Encoding.UTF8.GetByteCount(text) > maxBytes);
    }
}
