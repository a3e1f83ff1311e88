using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Ids;
using FsCheck;
using FsCheck.Fluent;

namespace ChatOrleans.Grains.Tests.Conversations;

public sealed class ConversationStateTests
{
    private static readonly UserId[] _people = [.. "ada grace linus barbara edsger".Split(' ').Select(name => new UserId(name))];

    [Fact]
    public void Apply_WhenARevIsMissing_Refuses() =>
        Assert.Throws<InvalidOperationException>(() => ConversationState.Empty.Apply(New(2, ChangeType.Created)));

    [Fact]
    public void Apply_WhenTheOwnerLeaves_ThePersonHighestAndLongestThereOwnsIt()
    {
        var state = Fold(
            Created(_people[0], _people[1], _people[2]),
            New(2, ChangeType.MemberChanged, new Member { UserId = _people[2], Role = MemberRole.Admin, AddedRev = 1 }),
            New(3, ChangeType.MemberRemoved, new Member { UserId = _people[0], Role = MemberRole.Owner, AddedRev = 1 }));

        Assert.Equal(MemberRole.Owner, state.Members[_people[2]].Role);
        Assert.Equal(MemberRole.Member, state.Members[_people[1]].Role);
    }

    /// <summary>Whatever happened, folding the changes again from the first gives the state that folding them one by one had.</summary>
    [Fact]
    public void Fold_OfAllChanges_EqualsTheStateReachedStepByStep() => Prop.ForAll(Histories(), changes =>
    {
        var step = ConversationState.Empty;
        for (var i = 0; i < changes.Length; i++)
        {
            step = step.Apply(changes[i]);
            AssertEqual(step, Fold([.. changes.Take(i + 1)]));
        }
    }).QuickCheckThrowOnFailure();

    /// <summary>The spans a person may be told of are exactly the times between being added and removed.</summary>
    [Fact]
    public void SpanAfter_CoversExactlyTheTimesOfMembership() => Prop.ForAll(Histories(), changes =>
    {
        var state = Fold(changes);
        var head = new Position(changes[^1].AtSeq, changes[^1].Rev);
        foreach (var person in _people)
        {
            var told = new SortedSet<long>();
            var at = default(Position);
            while (state.SpanAfter(person, at, head) is { } span)
            {
                for (var rev = span.After.Rev + 1; rev <= span.Until.Rev; rev++)
                {
                    told.Add(rev);
                }

                at = span.Until;
            }

            Assert.Equal(RevsOf(person, changes), told);
        }
    }).QuickCheckThrowOnFailure();

    private static SortedSet<long> RevsOf(UserId person, Change[] changes)
    {
        var revs = new SortedSet<long>();
        var isMember = false;
        foreach (var change in changes)
        {
            var concerned = change.Members.Any(member => member.UserId == person);
            isMember |= concerned && change.Type is ChangeType.Created or ChangeType.MemberAdded && concerned;
            if (isMember)
            {
                revs.Add(change.Rev);
            }

            isMember &= !(concerned && change.Type == ChangeType.MemberRemoved);
        }

        return revs;
    }

    /// <summary>A conversation of ada's in which people come, go and are changed in any order that the rules allow.</summary>
    private static Arbitrary<Change[]> Histories() => Gen.Choose(0, 10_000).ListOf(20).Select(dice =>
    {
        var changes = new List<Change> { Created(_people[0], _people[1]) };
        var state = Fold([.. changes]);
        long seq = 0;
        foreach (var die in dice)
        {
            var person = _people[1 + (die % (_people.Length - 1))];
            seq += die % 3;
            var next = state.Members.TryGetValue(person, out var member)
                ? die % 2 == 0
                    ? New(state.Rev + 1, ChangeType.MemberRemoved, member)
                    : New(state.Rev + 1, ChangeType.MemberChanged, member with { Label = $"label {die}" })
                : New(state.Rev + 1, ChangeType.MemberAdded, new Member { UserId = person, AddedRev = state.Rev + 1, AddedAtSeq = seq });
            next = die % 5 == 0 ? New(state.Rev + 1, ChangeType.ConversationChanged) with { Title = $"title {die}" } : next;
            changes.Add(next with { AtSeq = seq });
            state = state.Apply(changes[^1]);
        }

        return changes.ToArray();
    }).ToArbitrary();

    private static ConversationState Fold(params Change[] changes) => changes.Aggregate(ConversationState.Empty, (state, change) => state.Apply(change));

    private static Change Created(params UserId[] people) => New(1, ChangeType.Created, [.. people.Select((person, i) => new Member
    {
        UserId = person,
        Role = i == 0 ? MemberRole.Owner : MemberRole.Member,
        AddedRev = 1,
    })]);

    private static Change New(long rev, ChangeType type, params Member[] members) => new()
    {
        Rev = rev,
        AtSeq = 0,
        Type = type,
        UserId = _people[0],
        Timestamp = DateTime.UnixEpoch,
        Members = members.ToImmutableArray(),
    };

    private static void AssertEqual(ConversationState expected, ConversationState actual)
    {
        Assert.Equal(expected.Members.OrderBy(one => one.Key.Value), actual.Members.OrderBy(one => one.Key.Value));
        Assert.Equal(
            expected.Former.OrderBy(one => one.Key.Value).Select(one => (one.Key, string.Join(' ', one.Value))),
            actual.Former.OrderBy(one => one.Key.Value).Select(one => (one.Key, string.Join(' ', one.Value))));
        Assert.Equal((expected.Rev, expected.Title, expected.History), (actual.Rev, actual.Title, actual.History));
    }
}
