using ChatOrleans.Conversations;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Tests.Conversations;

public sealed class UntoldTests
{
    private static readonly UserId Ada = new("ada");
    private static readonly UserId Grace = new("grace");

    /// <summary>Grace was there for the messages 1 to 5, ada still is.</summary>
    private static readonly ConversationState State = ConversationState.Empty
        .Apply(Change(1, 0, ChangeType.Created, Ada, Grace))
        .Apply(Change(2, 5, ChangeType.MemberRemoved, Grace));

    [Fact]
    public void Note_OfAMessageOfTheirTime_HoldsUntilTold()
    {
        var untold = new Untold([], 0);
        untold.Note(State, Deleted(3, 5));
        untold.Note(State, Deleted(4, 2));

        untold.Told(Grace, 3);
        Assert.Equal(KeyValuePair.Create(Grace, 4L), Assert.Single(untold.Due(TimeSpan.Zero)));
        untold.Told(Grace, 4);
        Assert.True(untold.IsEmpty);
    }

    [Fact]
    public void Note_OfALaterMessage_OrForWhoIsBack_IsNothing()
    {
        var untold = new Untold([], 0);
        untold.Note(State, Deleted(3, 6));
        untold.Note(State.Apply(Change(3, 6, ChangeType.MemberAdded, Grace)), Deleted(4, 5));
        Assert.True(untold.IsEmpty);
    }

    [Fact]
    public void Read_FromAHead_GoesOnWhereItWas()
    {
        var untold = new Untold([], 0);
        untold.Note(State, Deleted(3, 5));
        var anew = new Untold(untold.From, 3);
        anew.Note(State, Deleted(4, 4));

        Assert.Equal(KeyValuePair.Create(Grace, 3L), Assert.Single(anew.Due(TimeSpan.Zero)));
        anew.Failed(Grace, TimeSpan.Zero);
        Assert.Empty(anew.Due(TimeSpan.Zero));
        Assert.Single(anew.Due(TimeSpan.FromSeconds(1)));
        anew.Told(Grace, 4);
        Assert.True(anew.IsEmpty);
    }

    private static Change Deleted(long rev, long seq) => Change(rev, 9, ChangeType.MessageDeleted) with { MessageSeq = seq };

    private static Change Change(long rev, long atSeq, ChangeType type, params UserId[] members) => new()
    {
        Rev = rev,
        AtSeq = atSeq,
        Type = type,
        UserId = Ada,
        Timestamp = DateTime.UnixEpoch,
        Members = [.. members.Select(user => new Member { UserId = user, Role = MemberRole.Member })],
    };
}
