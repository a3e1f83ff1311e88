using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>A time somebody was a member: after one position, up to and with another.</summary>
[GenerateSerializer, Immutable, Alias("chat.MembershipSpan")]
public readonly record struct MembershipSpan([property: Id(0)] Position After, [property: Id(1)] Position Until);

/// <summary>
/// A conversation without its messages: the pure fold of its changes. Applying the changes that were emitted to an old state
/// gives the state that is read again.
/// </summary>
[GenerateSerializer, Immutable, Alias("chat.ConversationState")]
public sealed record ConversationState
{
    public static ConversationState Empty { get; } = new();

    /// <summary>The last change applied; 0 as long as the conversation was not created.</summary>
    [Id(0)] public long Rev { get; init; }
    [Id(1)] public ConversationKind Kind { get; init; }
    [Id(2)] public string Title { get; init; } = "";
    [Id(3)] public string? Meta { get; init; }
    [Id(4)] public HistoryAccess History { get; init; }
    [Id(5)] public DateTime CreatedAt { get; init; }
    [Id(6)] public ImmutableDictionary<UserId, Member> Members { get; init; } = ImmutableDictionary<UserId, Member>.Empty;
    /// <summary>Memberships that ended, per user, oldest first.</summary>
    [Id(7)]
    public ImmutableDictionary<UserId, ImmutableArray<MembershipSpan>> Former { get; init; } =
        ImmutableDictionary<UserId, ImmutableArray<MembershipSpan>>.Empty;

    public bool Exists => Rev > 0;

    public ConversationState Apply(Change change)
    {
        if (change.Rev != Rev + 1)
        {
            throw new InvalidOperationException($"Change {change.Rev} does not follow {Rev}.");
        }

        return Fold(change) with { Rev = change.Rev };
    }

    private ConversationState Fold(Change change) => change.Type switch
    {
        ChangeType.Created => this with
        {
            Kind = change.Kind,
            Title = change.Title ?? "",
            Meta = change.Meta,
            History = change.History ?? HistoryAccess.All,
            CreatedAt = change.Timestamp,
            Members = change.Members.ToImmutableDictionary(member => member.UserId),
        },
        ChangeType.MemberAdded or ChangeType.MemberChanged => this with
        {
            Members = Members.SetItems(change.Members.Select(member => KeyValuePair.Create(member.UserId, member))),
        },
        ChangeType.MemberRemoved => change.Members.Aggregate(this, (state, member) => state.Without(member, change)),
        ChangeType.ConversationChanged => this with
        {
            Title = change.Title ?? Title,
            Meta = change.Meta ?? Meta,
            History = change.History ?? History,
        },
        _ => this,
    };

    private ConversationState Without(Member member, Change change)
    {
        var span = new MembershipSpan(new(member.AddedAtSeq, member.AddedRev - 1), new(change.AtSeq, change.Rev));
        var earlier = Former.GetValueOrDefault(member.UserId, []);
        var heir = member.Role == MemberRole.Owner ? Heir(member.UserId) : null;
        var left = Members.Remove(member.UserId);
        return this with
        {
            Members = heir is null ? left : left.SetItem(heir.UserId, heir with { Role = MemberRole.Owner }),
            Former = Former.SetItem(member.UserId, earlier.Add(span)),
        };
    }

    /// <summary>Who owns the conversation after its owner: the admin, else the member, who has been there longest.</summary>
    private Member? Heir(UserId owner) => Members.Values
        .Where(member => member.UserId != owner)
        .OrderByDescending(member => member.Role)
        .ThenBy(member => member.AddedRev)
        .ThenBy(member => member.UserId.Value, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>
    /// The stretch of the logs that the user may next be told of after a position: since they were added (again), up to their
    /// removal; null where there is nothing.
    /// </summary>
    public MembershipSpan? SpanAfter(UserId user, Position after, Position head)
    {
        foreach (var span in Former.GetValueOrDefault(user, []))
        {
            if (after.Rev < span.Until.Rev)
            {
                return span with { After = Position.Max(after, span.After) };
            }
        }

        return Members.TryGetValue(user, out var member) && (after.Rev < head.Rev || after.Seq < head.Seq)
            ? new MembershipSpan(Position.Max(after, new(member.AddedAtSeq, member.AddedRev - 1)), head)
            : null;
    }
}
