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
    private readonly HashSet<MessageId> _late = [];
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

        return Task.CompletedTask;
    }

    public Task Seen(string deviceId, long cursor)
    {
        _attention.Seen(deviceId, cursor);
        return Task.CompletedTask;
    }

    private void Show(string deviceId, Attention attention)
    {
        NotifyUnseen(_attention.Set(deviceId, attention));
        if (attention is { ConversationId: { } id, Visible: true })
        {
            MarkShown(id);
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

    private Task LapseAttention()
    {
        NotifyUnseen(_attention.Lapse(Now));
        if (!_attention.IsWaiting && _late.Count == 0)
        {
            _attentionTimer?.Dispose();
            _attentionTimer = null;
        }

        return Task.CompletedTask;
    }

    /// <summary>What was suppressed for a device that nobody has heard since: notified now, if it is still news.</summary>
    private void NotifyUnseen(IReadOnlyList<SuppressedMessage> unseen)
    {
        foreach (var (messageId, _, _) in unseen)
        {
            if (IsNews(messageId))
            {
                _late.Add(messageId);
            }
        }

        if (_late.Count > 0)
        {
            _ = NotifyLate();
        }
    }

    /// <summary>Not read, not shown now, and not notified, as it would be where another device that had suppressed it has gone as well.</summary>
    private bool IsNews(MessageId id) => _inbox.Find(id.Conversation) is { IsMember: true, Muted: false } conversation
        && id.Seq > conversation.ReadSeq && !_attention.Shows(id.Conversation, Now) && !_inbox.IsUnread(InboxId.OfMessage(id));

    private async Task NotifyLate()
    {
        List<MessageId> ids = [.. _late.OrderBy(id => id.Seq)];
        var late = ids.Select(id => new FeedEntry
        {
            Cursor = 0,
            Kind = FeedEntryKind.NotificationAdded,
            Timestamp = _time.GetUtcMilliseconds(),
            ConversationId = id.Conversation,
            Seq = id.Seq,
        }).ToList();
        _late.Clear();
        var began = Head;
        try
        {
            var complete = await _messages.Complete(late);
            var deleted = DeletedAfter(began);
            foreach (var found in complete)
            {
                // Much may have happened while the messages were read: their senders may have deleted them, too.
                if (found.Message is { Deleted: false } message && IsNews(message.Id)
                    && !deleted.Contains((message.ConversationId, message.Seq)) && !_broken)
                {
                    Append(found.Entry with { Cursor = Head + 1 }, message);
                }
            }
        }
        catch (Exception e)
        {
            LogFetchFailed(e, _me, late[0].ConversationId!.Value);
            if (!_broken)
            {
                // Nobody else remembers them: they are looked for again.
                _late.UnionWith(ids);
                WatchAttention();
            }
        }
    }
}
