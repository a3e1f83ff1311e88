using ChatOrleans.Conversations;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Tests.Conversations;

public sealed class OutboxTests
{
    private static readonly UserId _ada = new("ada");
    private static readonly UserId _grace = new("grace");
    private static readonly TimeSpan _start = TimeSpan.Zero;

    [Fact]
    public void Tick_WhenEverybodyAcknowledges_ComesToRest_AndNobodyIsDue()
    {
        var outbox = new Outbox(default, []);
        var committed = new Position(5, 1);
        outbox.Acknowledge(_ada, committed);
        outbox.Acknowledge(_grace, committed);

        for (var tick = 0; tick <= Outbox.PatienceTicks; tick++)
        {
            Assert.Empty(Tick(outbox, committed, tick));
        }

        Assert.True(outbox.IsAtRest(committed));
        Assert.Empty(outbox.Behind);
    }

    [Fact]
    public void Tick_WhenOneIsSilent_IsDueAfterThreeIntervals_AndThenWithBackoff()
    {
        var outbox = new Outbox(default, []);
        var committed = new Position(5, 1);
        outbox.Acknowledge(_ada, committed);
        var due = Enumerable.Range(0, 40).Where(tick => Tick(outbox, committed, tick).Contains(_grace)).ToList();

        Assert.Equal([3, 4, 6, 10, 18, 34], due);
        Assert.Equal(_grace, Assert.Single(outbox.Behind).Key);
        Assert.Equal(committed, outbox.Floor);
    }

    [Fact]
    public void Tick_WhileMessagesFlow_WantsOnlyWhatWasCommittedThreeIntervalsAgo()
    {
        var outbox = new Outbox(default, []);
        for (var tick = 0; tick < 20; tick++)
        {
            // Everybody is one interval behind, always: that is the usual state of a busy room.
            outbox.Acknowledge(_ada, new Position(tick - 1, 1));
            outbox.Acknowledge(_grace, new Position(tick - 1, 1));
            Assert.Empty(Tick(outbox, new Position(tick, 1), tick));
        }
    }

    [Fact]
    public void Acknowledge_OfSomethingOlder_ChangesNothing()
    {
        var outbox = new Outbox(new Position(5, 2), []);
        outbox.Acknowledge(_ada, new Position(3, 1));
        Assert.Equal(new Position(5, 2), outbox.Acknowledged(_ada));
        Assert.True(outbox.IsAtRest(new Position(5, 2)));
    }

    [Fact]
    public void ANewOutbox_FromAHead_KnowsWhoWasBehind()
    {
        var outbox = new Outbox(new Position(5, 2), [KeyValuePair.Create(_grace, new Position(2, 1))]);
        Assert.Equal([_grace], outbox.Tick(new Position(5, 2), [_ada, _grace], (_, expected) => expected, _start, atOnce: true));
    }

    [Fact]
    public void AFormerMember_HasOnlyToKnowOfTheirRemoval()
    {
        var outbox = new Outbox(default, []);
        var removal = new Position(4, 3);
        outbox.Acknowledge(_grace, removal);
        outbox.Acknowledge(_ada, new Position(9, 3));
        var due = outbox.Tick(
            new Position(9, 3), [_ada, _grace], (user, expected) => user == _grace ? removal : expected, _start, atOnce: true);
        Assert.Empty(due);
        Assert.True(outbox.IsAtRest(new Position(9, 3)));
    }

    private static List<UserId> Tick(Outbox outbox, Position committed, int tick) =>
        outbox.Tick(committed, [_ada, _grace], (_, expected) => expected, _start + TimeSpan.FromSeconds(tick));
}
