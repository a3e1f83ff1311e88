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
        _attention.Heard("phone", _start.AddSeconds(6));
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

    private void Suppress(long seq, int at) => _attention.Suppressed(new MessageId(_lounge, seq), _start.AddSeconds(at));
}
