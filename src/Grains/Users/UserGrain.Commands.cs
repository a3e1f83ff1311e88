using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>What the user does, and what they ask for. A command is answered when it is durable.</summary>
public sealed partial class UserGrain
{
    private const int EntriesPerScan = 256;
    private const int MostEntriesPerScan = 2_048;

    /// <summary>An entry of them is a row that every store takes, and a frame that a device can take.</summary>
    private const int MostIdsPerEntry = 256;

    public async Task<UserView> Me(Actor actor)
    {
        await Opened();
        Remember(actor.Name);
        return new UserView(_me, _profile.Name, _inbox.UnreadNotifications, new FeedPosition(_profile.Epoch, Head));
    }

    public async Task<ConversationMarkPage> Conversations(long? beforeActivity, int limit)
    {
        await Loaded();
        return Marks(beforeActivity, limit);
    }

    public async Task<ConversationMark?> Mark(ConversationId conversationId)
    {
        await Loaded();
        return _inbox.Find(conversationId) is { IsMember: true } conversation ? MarkOf(conversation) : null;
    }

    public async Task<ReadOutcome> MarkRead(ConversationId conversationId, long seq)
    {
        if (seq < 0)
        {
            throw ChatException.Invalid("seq is a message's position: 0 or more.");
        }

        await Loaded();
        var conversation = CheckMember(conversationId);
        if (seq > conversation.LastSeq)
        {
            // The device knows more than this grain, from the history say; a seq beyond the last message counts as the last.
            await Catch(conversationId, new Position(seq, 0));
            conversation = CheckMember(conversationId);
        }

        var readSeq = Math.Min(seq, conversation.LastSeq);
        var moves = readSeq > conversation.ReadSeq;
        if (moves)
        {
            Append(new FeedEntry
            {
                Cursor = Head + 1,
                Kind = FeedEntryKind.ConversationRead,
                Timestamp = _time.GetUtcMilliseconds(),
                ConversationId = conversationId,
                ReadSeq = readSeq,
                Unread = Math.Max(0, conversation.LastSeq - readSeq),
            });
        }

        MarkNotificationsRead(_inbox.UnreadOf(conversationId, readSeq));
        var outcome = new ReadOutcome(conversation.ReadSeq, conversation.UnreadMessages);
        await Durable();
        if (moves)
        {
            _ = GrainFactory.GetGrain<IConversationGrain>(conversationId.Value).Receipt(_me, readSeq);
        }

        return outcome;
    }

    public async Task SetMuted(ConversationId conversationId, bool muted)
    {
        await Loaded();
        if (CheckMember(conversationId).Muted != muted)
        {
            Append(new FeedEntry
            {
                Cursor = Head + 1,
                Kind = FeedEntryKind.ConversationUpdated,
                Timestamp = _time.GetUtcMilliseconds(),
                ConversationId = conversationId,
                Muted = muted,
            });
        }

        await Durable();
    }

    public async Task<NotificationPage> Notifications(bool unreadOnly, long? beforeCursor, int limit)
    {
        await Loaded();
        return await NotificationsBelow(unreadOnly, beforeCursor ?? long.MaxValue, limit);
    }

    public async Task MarkNotificationRead(string notificationId)
    {
        await Loaded();
        if (_inbox.IsUnread(notificationId))
        {
            MarkNotificationsRead([notificationId]);
        }
        else if (!await HadNotification(notificationId))
        {
            throw ChatException.NotFound("There is no such notification in your inbox.");
        }

        await Durable();
    }

    public async Task MarkAllNotificationsRead()
    {
        await Loaded();
        if (_inbox.UnreadNotifications > 0)
        {
            Append(new FeedEntry { Cursor = Head + 1, Kind = FeedEntryKind.NotificationRead, Timestamp = _time.GetUtcMilliseconds(), AllUpToCursor = Head });
        }

        await Durable();
    }

    public async Task Alert(SystemAlert alert)
    {
        await Loaded();
        // The key is stored with the entry; until then the tail has it.
        var known = await _log.Store.ReadKey(_log.Owner, AlertKey(alert.AlertId)) is not null;
        if (!known && !AlertIsStaged(alert.AlertId))
        {
            Append(new FeedEntry { Cursor = Head + 1, Kind = FeedEntryKind.SystemAlert, Timestamp = _time.GetUtcMilliseconds(), Alert = alert });
        }

        await Durable();
    }

    private bool AlertIsStaged(string alertId)
    {
        for (var cursor = _tail.First; cursor <= Head; cursor++)
        {
            if (_tail[cursor].Entry.Alert?.AlertId == alertId)
            {
                return true;
            }
        }

        return false;
    }

    private InboxConversation CheckMember(ConversationId id) =>
        _inbox.Find(id) is { IsMember: true } conversation ? conversation : throw ChatException.NotAMember();

    private void MarkNotificationsRead(ImmutableArray<string> ids)
    {
        for (var from = 0; from < ids.Length; from += MostIdsPerEntry)
        {
            Append(new FeedEntry
            {
                Cursor = Head + 1,
                Kind = FeedEntryKind.NotificationRead,
                Timestamp = _time.GetUtcMilliseconds(),
                NotificationIds = ids.Slice(from, Math.Min(MostIdsPerEntry, ids.Length - from)),
            });
        }
    }

    private ConversationMarkPage Marks(long? beforeActivity, int limit)
    {
        var latest = _inbox.Conversations
            .Where(conversation => beforeActivity is not { } bound || conversation.Activity < bound)
            .OrderByDescending(conversation => conversation.Activity)
            .Take(limit + 1)
            .Select(MarkOf)
            .ToList();
        return new ConversationMarkPage([.. latest.Take(limit)], More: latest.Count > limit);
    }

    /// <summary>Also of what one is no longer in: its removal may be among what is left out, and who asks for it is told.</summary>
    private ImmutableArray<ConversationMark> MarksTouchedAfter(long cursor) =>
        [.. _inbox.Known.Where(conversation => conversation.TouchedAt > cursor).Select(MarkOf)];

    private static ConversationMark MarkOf(InboxConversation conversation) => new(
        conversation.Id, conversation.ReadSeq, conversation.Muted, conversation.LastSeq, conversation.Rev, conversation.Activity);

    /// <summary>Newest first. All of them lie in the feed; which are unread the inbox knows.</summary>
    private async Task<NotificationPage> NotificationsBelow(bool unreadOnly, long before, int limit)
    {
        var found = new List<FeedEntry>();
        if (unreadOnly)
        {
            foreach (var cursor in _inbox.UnreadCursors().Where(cursor => cursor < before).Take(limit + 1).ToList())
            {
                found.AddRange(await EntriesFrom(cursor, 1));
            }
        }
        else
        {
            // One more than asked for: whether there are more.
            found = await EntriesBelow(before).Where(entry => entry.NotificationId is not null && !IsMyOwn(entry)).Take(limit + 1).ToListAsync();
        }

        var page = found.Take(limit).ToList();
        var complete = await _messages.Complete(page);
        var notifications = page.Select((entry, i) => InboxNotifications.Of(entry, complete[i].Message, read: !_inbox.IsUnread(entry)));
        return new NotificationPage([.. notifications], More: found.Count > limit, _inbox.UnreadNotifications);
    }

    /// <summary>A conversation's creator hears of it too, but has no notification of it.</summary>
    private bool IsMyOwn(FeedEntry entry) => entry.Kind == FeedEntryKind.NewConversation && entry.By == _me;

    /// <summary>
    /// A second click, or a wrong id: nothing changes, so whether it can have been here is enough, and costs a read of a row at most.
    /// A search through the feed would cost who asks nothing and the store everything.
    /// </summary>
    private async ValueTask<bool> HadNotification(string notificationId)
    {
        if (InboxId.AlertOf(notificationId) is { } alertId)
        {
            return AlertIsStaged(alertId) || await _log.Store.ReadKey(_log.Owner, AlertKey(alertId)) is not null;
        }

        var (seq, rev) = InboxId.PositionOf(notificationId);
        if (InboxId.ConversationOf(notificationId) is not { } id || _inbox.Find(id) is not { } conversation)
        {
            return false;
        }

        return seq > 0
            ? seq <= conversation.LastSeq && await _messages.IsOfAnother(id, seq)
            : rev > 0 && rev <= conversation.Rev && await _messages.WasAdded(id, rev);
    }
}
