using ChatOrleans.Users;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime.Sessions;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>When a device is greeted again, and what a ping sends again.</summary>
public sealed class FeedMarkTests
{
    private static readonly FeedPosition Ten = new("e1", 10);

    [Fact]
    public void Begin_First_AsksForWhatTheDeviceAskedFor()
    {
        using var reading = new CancellationTokenSource();

        Assert.Equal(new FeedStart(Ten, Continues: false, null), new FeedMark(Ten).Begin(reading));
        Assert.Equal(new FeedStart(null, Continues: false, null), new FeedMark(null).Begin(reading));
    }

    [Fact]
    public void Begin_AfterAFailure_GoesOnFromWhatWasSent()
    {
        using var reading = new CancellationTokenSource();
        var mark = Opened();
        mark.Sent(12);
        mark.End();

        Assert.Equal(new FeedStart(new FeedPosition("e1", 12), Continues: true, null, ReplayUntil: 10), mark.Begin(reading));
    }

    [Fact]
    public void Ping_OfWhoHasItBeforeItsWriteHasEnded_IsAheadOfNothing()
    {
        var mark = Opened();
        mark.Sending(12);

        Assert.Equal(new FeedPosition("e1", 12), mark.Ping(12));
        Assert.Equal((12, 10), (mark.SendingCursor, mark.SentCursor));
    }

    [Fact]
    public void Turn_WhenTheReadingHasJustEnded_TurnsTheNextOne()
    {
        var mark = new FeedMark(Ten);
        var ended = new CancellationTokenSource();
        mark.Begin(ended);
        ended.Dispose();

        var answer = mark.TurnTo(new FeedPosition("e1", 7));
        using var next = new CancellationTokenSource();

        Assert.Equal(new FeedPosition("e1", 7), mark.Begin(next).After);
        Assert.False(answer.IsCompleted);
    }

    [Fact]
    public void Begin_AfterAFailureBeforeTheHello_AsksTheSameAgain()
    {
        using var reading = new CancellationTokenSource();
        var mark = new FeedMark(null);
        mark.Begin(reading);
        mark.End();

        Assert.Equal(new FeedStart(null, Continues: false, null), mark.Begin(reading));
    }

    [Fact]
    public void Opened_AgainInTheSameEpoch_IsSilent()
    {
        var mark = Opened();

        Assert.False(mark.Opened(Resumed(Ten)));
    }

    [Fact]
    public void Opened_InANewEpochOrNotResumed_Greets()
    {
        Assert.True(Opened().Opened(Resumed(Ten with { Epoch = "e2" })));
        Assert.True(Opened().Opened(new FeedOpening(Ten, Resumed: false, 0, null)));
    }

    [Fact]
    public void Opened_WhereAResumeWentOn_Greets_AlsoAfterAFailure()
    {
        using var reading = new CancellationTokenSource();
        var seven = new FeedPosition("e1", 7);
        var mark = Opened();
        mark.TurnTo(seven);
        mark.Begin(reading);
        mark.End();

        Assert.Equal(new FeedStart(seven, Continues: false, null, ReplayUntil: 10), mark.Begin(reading));
        Assert.True(mark.Opened(Resumed(seven)));
        Assert.False(mark.Opened(Resumed(seven)));
    }

    [Fact]
    public void Ping_OfWhatWasSentAfterThePreviousPong_WaitsForTheNext()
    {
        using var reading = new CancellationTokenSource();
        var mark = Opened();
        mark.Begin(reading);
        mark.Sent(12);

        var head = mark.Ping(10);

        Assert.Equal(new FeedPosition("e1", 12), head);
        Assert.False(reading.IsCancellationRequested);
    }

    [Fact]
    public void Ping_OfWhatWasSentBeforeThePreviousPong_GoesBackOnce()
    {
        using var reading = new CancellationTokenSource();
        var mark = Opened();
        mark.Begin(reading);
        mark.Sent(12);
        mark.Ping(10);

        mark.Ping(10);

        Assert.True(reading.IsCancellationRequested);
        mark.End();
        using var next = new CancellationTokenSource();
        Assert.Equal(new FeedStart(Ten, Continues: true, null, ReplayUntil: 10), mark.Begin(next));
        mark.Ping(10);
        Assert.False(next.IsCancellationRequested);
    }

    [Fact]
    public void Ping_OfLessThanItHadBeforeThatWriteHadEnded_GoesBack()
    {
        var mark = Opened();
        mark.Sending(12);
        mark.Ping(12);
        mark.Sent(12);
        using var reading = new CancellationTokenSource();
        mark.Begin(reading);

        mark.Ping(10);

        Assert.True(reading.IsCancellationRequested);
    }

    [Fact]
    public void Ping_OfWhatLiesBeforeTheHello_GoesBackToTheHello()
    {
        using var reading = new CancellationTokenSource();
        var mark = Opened();
        mark.Begin(reading);

        mark.Ping(0);
        Assert.False(reading.IsCancellationRequested);

        mark.Sent(12);
        mark.Ping(10);
        mark.Ping(0);
        Assert.True(reading.IsCancellationRequested);
        Assert.Equal(Ten, mark.Begin(reading).After);
    }

    [Fact]
    public async Task TurnTo_WhileAPingWouldTurnBackToo_KeepsItsPlaceAndGetsItsHello()
    {
        using var reading = new CancellationTokenSource();
        var mark = Opened();
        mark.Begin(reading);
        mark.Sent(12);
        mark.Ping(12);

        var answer = mark.TurnTo(Ten);
        mark.Ping(11);
        mark.End();

        using var next = new CancellationTokenSource();
        var start = mark.Begin(next);
        Assert.Equal((Ten, false), (start.After, start.Continues));
        start.Answer!.SetResult(new Hello("grace", Ten, true, 0, "s", 25, null));
        Assert.Equal("grace", (await answer).UserId);
    }

    private static FeedMark Opened()
    {
        var mark = new FeedMark(null);
        Assert.True(mark.Opened(Resumed(Ten)));
        return mark;
    }

    private static FeedOpening Resumed(FeedPosition position) => new(position, Resumed: true, 0, null);
}
