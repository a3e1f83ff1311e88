using ChatOrleans.Grains.Users;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

public sealed class DeviceAttentionTests
{
    private static readonly ConversationId _lounge = ConversationId.New();
    private static readonly DateTime _start = DateTime.UnixEpoch;
    private readonly DeviceAttention _attention = new(TimeSpan.FromSeconds(30));

    [Fact]
    public void Shows_OnlyWhatIsOpenAndVisible_AndOnlyForALease()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: false, _start));
        Assert.False(_attention.Shows(_lounge, _start));
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        Assert.True(_attention.Shows(_lounge, _start.AddSeconds(29)));
        Assert.False(_attention.Shows(_lounge, _start.AddSeconds(30)));
        Assert.False(_attention.Shows(ConversationId.New(), _start));
    }

    [Fact]
    public void ADeviceThatFellSilent_HandsBackWhatItSuppressedSinceItWasHeard()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        Suppress(1, 5);
        Heard(6, now: 6);
        Suppress(2, 10);

        Assert.Empty(_attention.Lapse(_start.AddSeconds(35)));
        Assert.Equal([2L], _attention.Lapse(_start.AddSeconds(36)).Select(message => message.Message.Seq));
        Assert.Empty(_attention.Lapse(_start.AddSeconds(99)));
    }

    [Fact]
    public void AConnectionThatEnds_HandsBackWhatNobodyCanHaveSeen()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        Suppress(1, 5);
        Suppress(2, 10);

        Assert.Equal([2L], _attention.Set("phone", new Attention(null, false, _start.AddSeconds(6))).Select(message => message.Message.Seq));
        Assert.False(_attention.Shows(_lounge, _start.AddSeconds(6)));
    }

    [Fact]
    public void TheSameSetAgain_ForgetsNothingThatWasSuppressed()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        Suppress(1, 5);

        Assert.Empty(_attention.Set("phone", new Attention(_lounge, Visible: true, _start)));
        Assert.True(_attention.IsWaiting);
        Assert.Equal([1L], _attention.Lapse(_start.AddSeconds(30)).Select(message => message.Message.Seq));
    }

    [Fact]
    public void TheSameSetAgain_WithALaterSignOfLife_CountsAsSeen()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        Suppress(1, 5);

        Assert.Empty(_attention.Set("phone", new Attention(_lounge, Visible: true, _start.AddSeconds(6))));
        Assert.False(_attention.IsWaiting);
    }

    [Fact]
    public void ADeviceThatLapsed_AndSpeaksAgain_ShowsAgain()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        Suppress(1, 5);
        Assert.Null(Heard(10, now: 11));
        Suppress(2, 20);
        Assert.Equal([2L], _attention.Lapse(_start.AddSeconds(40)).Select(message => message.Message.Seq));
        Assert.False(_attention.Shows(_lounge, _start.AddSeconds(40)));

        // A sign of life that came so late that it has run out already is none.
        Assert.Null(Heard(20, now: 50));
        Assert.Equal(_lounge, Heard(50, now: 51));
        Assert.True(_attention.Shows(_lounge, _start.AddSeconds(79)));
    }

    [Fact]
    public void WhatADeviceSaysItHas_IsNotHandedBack_WhateverBecomesOfIt()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        Suppress(1, 5);
        Suppress(2, 6);
        _attention.Seen("phone", 101);

        Assert.Equal([2L], _attention.Remove("phone").Select(message => message.Message.Seq));
    }

    [Fact]
    public void WhatWasSeenOnOneDevice_NoOtherHandsBack()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        _attention.Set("laptop", new Attention(_lounge, Visible: true, _start));
        Suppress(1, 5);
        Suppress(2, 6);
        Suppress(3, 9);
        _attention.Seen("phone", 101);
        Heard(7, now: 7);

        Assert.Equal([3L], _attention.Remove("laptop").Select(message => message.Message.Seq));
    }

    [Fact]
    public void ADeviceThatIsGone_DoesNotShowAgain()
    {
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start));
        _attention.Remove("phone");

        Assert.Null(Heard(1, now: 1));
        Assert.False(_attention.Shows(_lounge, _start.AddSeconds(1)));
    }

    [Fact]
    public void WhatWasLeft_WaitsForItsOwnLease_AndSuppressesNothing()
    {
        Leave(1, 5);
        Leave(2, 10);

        Assert.True(_attention.IsWaiting);
        Assert.False(_attention.Shows(_lounge, _start.AddSeconds(6)));
        Assert.Equal([1L], _attention.Lapse(_start.AddSeconds(35)).Select(message => message.Message.Seq));
        Assert.Equal([2L], _attention.Lapse(_start.AddSeconds(40)).Select(message => message.Message.Seq));
        Assert.False(_attention.IsWaiting);
    }

    [Fact]
    public void WhatWasLeft_IsAnsweredForByWhoShowsItsConversation()
    {
        Leave(1, 5);
        Leave(2, 10);
        _attention.Set("laptop", new Attention(ConversationId.New(), Visible: true, _start.AddSeconds(11)));
        Assert.Equal(2, _attention.Waiting.Count());

        // Heard between the two: the second may have come to nobody.
        _attention.Set("phone", new Attention(_lounge, Visible: true, _start.AddSeconds(7)));

        Assert.Equal([2L], _attention.Waiting.Select(message => message.Message.Seq));
        Assert.Equal([2L], _attention.Remove("phone").Select(message => message.Message.Seq));
    }

    [Fact]
    public void WhatWasLeft_OfAConversationThatOneLeaves_OrThatRetentionRemoved_IsForgotten()
    {
        Leave(1, 5);
        Leave(2, 10);
        _attention.Forget(_lounge, firstSeq: 2);
        Assert.Equal([2L], _attention.Waiting.Select(message => message.Message.Seq));

        _attention.Leave(_lounge);

        Assert.False(_attention.IsWaiting);
    }

    private void Leave(long seq, int at) => _attention.TakeUp(new SuppressedMessage(new MessageId(_lounge, seq), 100 + seq, _start.AddSeconds(at)));

    private ConversationId? Heard(int at, int now) => _attention.Heard("phone", _start.AddSeconds(at), _start.AddSeconds(now));

    private void Suppress(long seq, int at) => _attention.Suppressed(new MessageId(_lounge, seq), cursor: 100 + seq, _start.AddSeconds(at));
}
