using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// A user's conversations and unread notifications: the pure fold of the feed's entries. A snapshot and the entries after it give
/// the same inbox as all entries from the first. Unread counts are derived, never counted up and down.
/// </summary>
public sealed class Inbox(UserId me)
{
    private readonly Dictionary<ConversationId, InboxConversation> _conversations = [];
    private readonly List<UnreadAlert> _alerts = [];

    /// <summary>The cursor of the last entry that was applied.</summary>
    public long Cursor { get; private set; }

    public int UnreadNotifications { get; private set; }

    /// <summary>Conversations that I am in.</summary>
    public IEnumerable<InboxConversation> Conversations => _conversations.Values.Where(conversation => conversation.IsMember);

    /// <summary>Also those that I was in.</summary>
    public IEnumerable<InboxConversation> Known => _conversations.Values;

    /// <summary>Also one that I was in; null where I never was.</summary>
    public InboxConversation? Find(ConversationId id) => _conversations.GetValueOrDefault(id);

    public void Apply(FeedEntry entry)
    {
        if (entry.Cursor != Cursor + 1)
        {
            throw new InvalidOperationException($"Entry {entry.Cursor} does not follow {Cursor}.");
        }

        Cursor = entry.Cursor;
        switch (entry.Kind)
        {
            case FeedEntryKind.NotificationRead:
                MarkRead(entry);
                return;
            case FeedEntryKind.SystemAlert:
                _alerts.Add(new UnreadAlert(entry.Cursor, entry.Alert!.AlertId));
                UnreadNotifications++;
                return;
            default:
                Apply(entry, Open(entry.ConversationId!.Value));
                return;
        }
    }

    private void Apply(FeedEntry entry, InboxConversation conversation)
    {
        conversation.Rev = Math.Max(conversation.Rev, entry.Rev);
        conversation.TouchedAt = entry.Cursor;
        switch (entry.Kind)
        {
            case FeedEntryKind.NewMessage:
                conversation.LastSeq = entry.Seq;
                conversation.Activity = entry.Cursor;
                if (entry.SenderId == me)
                {
                    conversation.ReadSeq = Math.Max(conversation.ReadSeq, entry.Seq);
                }

                if (entry.Verdict == NotificationVerdict.Notified)
                {
                    AddUnread(conversation, entry);
                }

                break;
            case FeedEntryKind.NotificationAdded:
                AddUnread(conversation, entry);
                break;
            case FeedEntryKind.MessageDeleted:
                RemoveUnread(conversation, unread => unread.Seq == entry.Seq);
                break;
            case FeedEntryKind.NewConversation:
                conversation.IsMember = true;
                conversation.LastSeq = conversation.JoinedSeq = entry.Seq;
                conversation.ReadSeq = Math.Max(conversation.ReadSeq, entry.ReadSeq);
                conversation.Activity = entry.Cursor;
                conversation.History = entry.History;
                conversation.Absences = conversation.Absences.Ended(entry.Seq);
                if (entry.By != me)
                {
                    AddUnread(conversation, entry with { Seq = 0 });
                }

                break;
            case FeedEntryKind.ConversationRemoved:
                conversation.IsMember = false;
                conversation.LastSeq = Math.Max(conversation.LastSeq, entry.Seq);
                conversation.Absences = conversation.Absences.Begun(entry.Timestamp);
                conversation.Muted = false;
                break;
            case FeedEntryKind.ConversationRead:
                conversation.ReadSeq = Math.Max(conversation.ReadSeq, entry.ReadSeq);
                break;
            case FeedEntryKind.ConversationUpdated:
                conversation.LastSeq = Math.Max(conversation.LastSeq, entry.Seq);
                conversation.Muted = entry.Muted ?? conversation.Muted;
                conversation.History = entry.History ?? conversation.History;
                break;
        }
    }

    /// <summary>Ids of the unread notifications of one conversation, oldest first: those of messages up to a seq, and of its beginning.</summary>
    public ImmutableArray<string> UnreadOf(ConversationId id, long upToSeq = long.MaxValue) => Find(id) is { } conversation
        ? [.. conversation.Unread.Where(unread => unread.Seq <= upToSeq).Select(unread => unread.Id(id))]
        : [];

    public bool IsUnread(FeedEntry entry) => entry.Kind == FeedEntryKind.SystemAlert
        ? _alerts.Exists(alert => alert.Cursor == entry.Cursor)
        : Find(entry.ConversationId!.Value) is { } conversation && conversation.Unread.Exists(unread => unread.Cursor == entry.Cursor);

    public bool IsUnread(string notificationId) => _alerts.Exists(alert => InboxId.OfAlert(alert.AlertId) == notificationId)
        || (InboxId.ConversationOf(notificationId) is { } id && Find(id) is { } conversation
            && conversation.Unread.Exists(unread => unread.Id(id) == notificationId));

    /// <summary>Cursors of all unread notifications, newest first.</summary>
    public IEnumerable<long> UnreadCursors() => _conversations.Values.SelectMany(conversation => conversation.Unread)
        .Select(unread => unread.Cursor)
        .Concat(_alerts.Select(alert => alert.Cursor))
        .OrderDescending();

    public InboxSnapshot ToSnapshot() => new()
    {
        Cursor = Cursor,
        Conversations = [.. _conversations.Values.OrderBy(one => one.Id.Value, StringComparer.Ordinal).Select(one => one.ToSnapshot())],
        Alerts = [.. _alerts],
    };

    public static Inbox From(UserId me, InboxSnapshot snapshot)
    {
        var inbox = new Inbox(me) { Cursor = snapshot.Cursor };
        inbox._conversations.EnsureCapacity(snapshot.Conversations.Length);
        foreach (var conversation in snapshot.Conversations)
        {
            inbox._conversations[conversation.Id] = InboxConversation.From(conversation);
            inbox.UnreadNotifications += conversation.Unread.Length;
        }

        inbox._alerts.AddRange(snapshot.Alerts);
        inbox.UnreadNotifications += snapshot.Alerts.Length;
        return inbox;
    }

    private InboxConversation Open(ConversationId id)
    {
        if (!_conversations.TryGetValue(id, out var conversation))
        {
            _conversations[id] = conversation = new InboxConversation(id);
        }

        return conversation;
    }

    private void AddUnread(InboxConversation conversation, FeedEntry entry)
    {
        conversation.Unread.Add(new UnreadNotification(entry.Cursor, entry.Seq, entry.Seq == 0 ? entry.Rev : 0));
        UnreadNotifications++;
    }

    private void RemoveUnread(InboxConversation conversation, Predicate<UnreadNotification> which) =>
        UnreadNotifications -= conversation.Unread.RemoveAll(which);

    private void MarkRead(FeedEntry entry)
    {
        if (entry.AllUpToCursor > 0)
        {
            foreach (var conversation in _conversations.Values)
            {
                RemoveUnread(conversation, unread => unread.Cursor <= entry.AllUpToCursor);
            }

            UnreadNotifications -= _alerts.RemoveAll(alert => alert.Cursor <= entry.AllUpToCursor);
        }

        foreach (var id in entry.NotificationIds)
        {
            if (InboxId.ConversationOf(id) is not { } conversationId)
            {
                UnreadNotifications -= _alerts.RemoveAll(alert => InboxId.OfAlert(alert.AlertId) == id);
            }
            else if (Find(conversationId) is { } conversation)
            {
                var (seq, rev) = InboxId.PositionOf(id);
                RemoveUnread(conversation, unread => unread.Seq == seq && unread.Rev == rev);
            }
        }
    }
}
