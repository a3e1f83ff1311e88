using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// What the user's devices show. A message that a visible device shows makes no notification; where that device then turns out to be
/// gone, it is made late.
/// </summary>
public sealed partial class UserGrain
{
    /// <summary>To be notified after all, until it is.</summary>
    private readonly HashSet<SuppressedMessage> _late = [];
    private bool _notifyingLate;
    private IGrainTimer? _attentionTimer;

    public async Task SetAttention(string deviceId, Attention attention)
    {
        await Loaded();
        if (attention.ConversationId is { } id)
        {
            CheckMember(id);
        }

        Show(deviceId, attention);
        await Durable();
    }

    public Task Heard(string deviceId, DateTime heardAt)
    {
        if (_attention.Heard(deviceId, heardAt, Now) is { } shown && !_broken)
        {
            // It had lapsed, so its conversation's messages notified meanwhile.
            MarkShown(shown);
        }

        UnseenChanged();
        return Task.CompletedTask;
    }

    public Task Seen(string deviceId, long cursor)
    {
        _attention.Seen(deviceId, cursor);
        UnseenChanged();
        return Task.CompletedTask;
    }

    private void Show(string deviceId, Attention attention)
    {
        _ = NotifyUnseen(_attention.Set(deviceId, attention));
        if (attention.ConversationId is { } id)
        {
            BePresentIn(id);
            if (attention.Visible)
            {
                MarkShown(id);
            }
        }
    }

    private void MarkShown(ConversationId id)
    {
        if (_inbox.Find(id) is { IsMember: true })
        {
            MarkNotificationsRead(_inbox.UnreadOf(id));
        }
    }

    /// <summary>Something was suppressed: looks again when the sign of life that suppressed it has run out.</summary>
    private void WatchAttention() => _attentionTimer ??= this.RegisterGrainTimer(
        static (grain, _) => grain.LapseAttention(),
        this,
        new GrainTimerCreationOptions { DueTime = _timing.AttentionLease, Period = _timing.AttentionLease / 2, Interleave = true });

    private async Task LapseAttention()
    {
        await NotifyUnseen(_attention.Lapse(Now));
        if (!_attention.IsWaiting && _late.Count == 0)
        {
            _attentionTimer?.Dispose();
            _attentionTimer = null;
        }
    }

    /// <summary>What was suppressed for a device that nobody has heard since: notified now, if it is still news.</summary>
    private Task NotifyUnseen(IReadOnlyList<SuppressedMessage> unseen)
    {
        _late.UnionWith(unseen.Where(message => IsNews(message.Message)));
        UnseenChanged();
        return _notifyingLate ? Task.CompletedTask : NotifyLate();
    }

    /// <summary>Not read, not shown now, and not notified, as it would be where another device that had suppressed it has gone as well.</summary>
    private bool IsNews(MessageId id) => _inbox.Find(id.Conversation) is { IsMember: true, Muted: false } conversation
        && id.Seq > conversation.ReadSeq && !_attention.Shows(id.Conversation, Now) && !_inbox.IsUnread(InboxId.OfMessage(id));

    /// <summary>Never fails: what could not be notified now is looked at again.</summary>
    private async Task NotifyLate()
    {
        _notifyingLate = true;
        try
        {
            while (_late.Count > 0 && !_broken)
            {
                // Much may happen while messages are read, and they are waiting all the while: they outlive this activation.
                SuppressedMessage[] late = [.. _late.OrderBy(message => message.Cursor)];
                await NotifyLate(late);
                _late.ExceptWith(late);
            }
        }
        catch (Exception e)
        {
            var first = _late.First().Message.Conversation;
            LogFetchFailed(e, _me, first);
            if (!_broken)
            {
                WatchAttention();
            }
        }
        finally
        {
            _notifyingLate = false;
        }

        UnseenChanged();
    }

    private async Task NotifyLate(SuppressedMessage[] late)
    {
        var began = Head;
        var complete = await _messages.Complete([.. late.Select(one => new FeedEntry
        {
            Cursor = 0,
            Kind = FeedEntryKind.NotificationAdded,
            Timestamp = _time.GetUtcMilliseconds(),
            ConversationId = one.Message.Conversation,
            Seq = one.Message.Seq,
        })]);
        var deleted = DeletedAfter(began);
        foreach (var found in complete)
        {
            // Their senders may have deleted them meanwhile, and somebody may show them.
            if (found.Message is { Deleted: false } message && IsNews(message.Id)
                && !deleted.Contains((message.ConversationId, message.Seq)) && !_broken)
            {
                Append(found.Entry with { Cursor = Head + 1 }, message);
            }
        }
    }
}
