using System.Collections.Immutable;

namespace ChatOrleans.Grains.Users;

/// <summary>One time out of a conversation.</summary>
/// <param name="RemovedAt">When it began, by the conversation's clock.</param>
/// <param name="UntilSeq">The last message before one joined again; <see cref="long.MaxValue"/> while one is out.</param>
[GenerateSerializer, Immutable, Alias("chat.Absence")]
public readonly record struct Absence([property: Id(0)] DateTime RemovedAt, [property: Id(1)] long UntilSeq);

/// <summary>
/// When a user was out of a conversation that they had been in. Decides which edits of messages that they had before are not
/// theirs to see.
/// </summary>
public sealed record Absences(ImmutableArray<Absence> All)
{
    private const int MostKept = 16;

    public static Absences None { get; } = new([]);

    private bool IsOut => All is [.., { UntilSeq: long.MaxValue }];

    public Absences Begun(DateTime removedAt) => IsOut ? this : new(Bounded(All.Add(new Absence(removedAt, long.MaxValue))));

    public Absences Ended(long joinedSeq) => IsOut ? new(All.SetItem(All.Length - 1, All[^1] with { UntilSeq = joinedSeq })) : this;

    /// <summary>From when on a message's edits were hidden: the first removal after it was sent; null where there was none.</summary>
    public DateTime? HidAt(long seq)
    {
        foreach (var absence in All)
        {
            if (seq <= absence.UntilSeq)
            {
                return absence.RemovedAt;
            }
        }

        return null;
    }

    internal static Absences From(InboxConversationSnapshot snapshot) => snapshot switch
    {
        { Absences.IsDefaultOrEmpty: false } => new(snapshot.Absences),
        { RemovedAt: var at } when at != default => new([new Absence(at, snapshot.IsMember ? snapshot.JoinedSeq : long.MaxValue)]),
        _ => None,
    };

    /// <summary>Two of the oldest become one, which hides more, never less.</summary>
    private static ImmutableArray<Absence> Bounded(ImmutableArray<Absence> all) => all.Length <= MostKept
        ? all
        : all.RemoveRange(0, 2).Insert(0, all[1] with { RemovedAt = all[0].RemovedAt });
}
