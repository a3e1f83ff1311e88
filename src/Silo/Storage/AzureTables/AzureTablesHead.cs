using System.Collections.Immutable;
using System.Globalization;
using Azure;
using Azure.Data.Tables;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// An owner's head as its row holds it: what <see cref="LogHead"/> says, and what a write that needs several transactions leaves
/// there on its way.
/// </summary>
/// <param name="ETag">Guards every transaction of the owner; default where there is no row yet.</param>
/// <param name="Attempts">How many such writes were begun.</param>
/// <param name="Staging">The one that is under way; 0 where none is. What it has staged does not count yet.</param>
/// <param name="Aborted">Those that never ended. What they have staged never counts.</param>
/// <param name="Swept">Per track, the index below which no row is left to delete.</param>
internal sealed record AzureTablesHead(
    ETag ETag, LogHead Head, long Attempts, long Staging, ImmutableArray<long> Aborted, ImmutableDictionary<LogTrack, long> Swept)
{
    public static AzureTablesHead Missing { get; } = new(default, LogHead.Empty, 0, 0, [], ImmutableDictionary<LogTrack, long>.Empty);

    /// <summary>Whether what an attempt has staged is part of the log.</summary>
    public bool Counts(long attempt) => attempt != Staging && !Aborted.Contains(attempt);

    public long SweptBelow(LogTrack track) => Swept.GetValueOrDefault(track, 1);

    /// <summary>As the next transaction finds it: what another has left under way is given up.</summary>
    public AzureTablesHead GiveUp() => Staging == 0 ? this : this with { Staging = 0, Aborted = Aborted.Add(Staging) };

    public TableTransactionAction Action(string partition)
    {
        var entity = new TableEntity(partition, AzureTablesText.HeadRow)
        {
            ["Generation"] = Head.Generation,
            ["Attempts"] = Attempts,
            ["Staging"] = Staging,
            ["Aborted"] = string.Join(' ', Aborted),
        };
        foreach (var bounds in Head.Tracks)
        {
            entity[Name("First", bounds.Track)] = bounds.First;
            entity[Name("Last", bounds.Track)] = bounds.Last;
            entity[Name("Swept", bounds.Track)] = SweptBelow(bounds.Track);
        }

        return ETag == default
            ? new TableTransactionAction(TableTransactionActionType.Add, entity)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, ETag);
    }

    public static AzureTablesHead Read(TableEntity entity)
    {
        var tracks = ImmutableArray.CreateBuilder<TrackBounds>();
        var swept = ImmutableDictionary.CreateBuilder<LogTrack, long>();
        foreach (var name in entity.Keys.Where(name => name.StartsWith("First", StringComparison.Ordinal)))
        {
            var track = (LogTrack)byte.Parse(name.AsSpan("First".Length), CultureInfo.InvariantCulture);
            tracks.Add(new TrackBounds(track, entity.GetInt64(name) ?? 1, entity.GetInt64(Name("Last", track)) ?? 0));
            swept[track] = entity.GetInt64(Name("Swept", track)) ?? 1;
        }

        var aborted = entity.GetString("Aborted") ?? "";
        return new AzureTablesHead(
            entity.ETag,
            new LogHead(entity.GetInt64("Generation") ?? 0, tracks.ToImmutable()),
            entity.GetInt64("Attempts") ?? 0,
            entity.GetInt64("Staging") ?? 0,
            [.. aborted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => long.Parse(text, CultureInfo.InvariantCulture))],
            swept.ToImmutable());
    }

    private static string Name(string what, LogTrack track) => what + ((byte)track).ToString(CultureInfo.InvariantCulture);
}
