using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// Folds a feed once more, entry by entry, and compares what comes out with the inbox that the grain holds and with what the
/// conversations say. Pure: it is handed everything.
/// </summary>
/// <param name="from">What the fold begins with: nothing, or the stored snapshot where the feed was trimmed.</param>
public sealed class FeedAudit(UserId me, InboxSnapshot from)
{
    private readonly Inbox _folded = Inbox.From(me, from);
    private readonly Dictionary<ConversationId, long> _lastSeq = [];
    private readonly Dictionary<ConversationId, List<FeedEntry>> _messages = [];
    private readonly List<AuditFinding> _findings = [];
    private long _next;
    private long _checkedMessages;

    public long CheckedEvents { get; private set; }

    /// <summary>In order, from the first one that is retained.</summary>
    public void Take(FeedEntry entry)
    {
        CheckedEvents++;
        if (_next != 0 && entry.Cursor != _next)
        {
            Find(AuditKind.FeedGap, null, _next, entry.Cursor);
        }

        _next = entry.Cursor + 1;
        if (entry.Cursor == _folded.Cursor + 1)
        {
            _folded.Apply(entry);
        }

        if (entry.Kind == FeedEntryKind.NewConversation)
        {
            _lastSeq[entry.ConversationId!.Value] = entry.Seq;
        }
        else if (entry.Kind == FeedEntryKind.NewMessage)
        {
            TakeMessage(entry.ConversationId!.Value, entry);
        }
    }

    /// <summary>The messages of one conversation that the feed tells of, oldest first: what is compared with its log.</summary>
    public IReadOnlyList<FeedEntry> MessagesOf(ConversationId id) => _messages.GetValueOrDefault(id) ?? [];

    /// <summary>The conversation's own word on this user.</summary>
    public void Compare(InboxConversation conversation, Standing standing)
    {
        if (conversation.IsMember != standing.IsMember)
        {
            Find(AuditKind.Membership, conversation.Id, standing.IsMember ? 1 : 0, conversation.IsMember ? 1 : 0);
        }

        if (conversation.LastSeq < standing.Head.Seq)
        {
            Find(AuditKind.Behind, conversation.Id, standing.Head.Seq, conversation.LastSeq);
        }
    }

    /// <summary>A message as its log has it, and the entry that tells of it.</summary>
    public void Compare(FeedEntry entry, Message message, InboxConversation conversation)
    {
        _checkedMessages++;
        if (entry.SenderId != message.SenderId)
        {
            Find(AuditKind.Sender, conversation.Id, message.Seq, entry.Seq);
        }

        if (message.Deleted && conversation.Unread.Exists(unread => unread.Seq == message.Seq))
        {
            Find(AuditKind.UnreadOfDeleted, conversation.Id, 0, message.Seq);
        }
    }

    /// <summary>The inbox that the grain has kept up to date must be the one that is folded anew.</summary>
    public AuditReport Report(Inbox kept)
    {
        foreach (var conversation in kept.Conversations)
        {
            var anew = _folded.Find(conversation.Id);
            if ((anew?.UnreadMessages ?? 0) != conversation.UnreadMessages)
            {
                Find(AuditKind.UnreadMessages, conversation.Id, anew?.UnreadMessages ?? 0, conversation.UnreadMessages);
            }

            if (anew?.Unread.SequenceEqual(conversation.Unread) != true)
            {
                Find(AuditKind.UnreadNotifications, conversation.Id, anew?.Unread.Count ?? 0, conversation.Unread.Count);
            }
        }

        var unread = _folded.UnreadCursors().LongCount();
        if (unread != kept.UnreadNotifications)
        {
            Find(AuditKind.UnreadNotifications, null, unread, kept.UnreadNotifications);
        }

        return new AuditReport
        {
            Cursor = kept.Cursor,
            CheckedEvents = CheckedEvents,
            CheckedConversations = kept.Conversations.Count(),
            CheckedMessages = _checkedMessages,
            Findings = [.. _findings],
        };
    }

    private void TakeMessage(ConversationId id, FeedEntry entry)
    {
        // Below what is retained of the feed nothing is known, so the first message seen is taken as it comes.
        if (_lastSeq.TryGetValue(id, out var last) && entry.Seq != last + 1)
        {
            Find(AuditKind.MessageGap, id, last + 1, entry.Seq);
        }

        _lastSeq[id] = entry.Seq;
        if (!_messages.TryGetValue(id, out var messages))
        {
            _messages[id] = messages = [];
        }

        messages.Add(entry);
    }

    private void Find(AuditKind kind, ConversationId? id, long expected, long found) => _findings.Add(new AuditFinding(kind, id, expected, found));

    /// <summary>What retention removed before the user's grain had heard of it is no gap.</summary>
    public void Excuse(ConversationId id, long firstSeq) =>
        _findings.RemoveAll(finding => finding.Kind == AuditKind.MessageGap && finding.ConversationId == id && finding.Found <= firstSeq);
}
