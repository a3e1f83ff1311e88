using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>Why a message did or did not notify: told from the feed's own entries, which hold the verdict and no content.</summary>
public sealed partial class UserGrain : IUserInspection
{
    /// <summary>Older verdicts are nobody's business any more.</summary>
    private static readonly TimeSpan VerdictsKept = TimeSpan.FromDays(7);

    public async Task<NotificationReason> Why(MessageId message)
    {
        await Loaded();
        if (_inbox.Find(message.Conversation) is not { } conversation)
        {
            return new NotificationReason { MessageId = message, Outcome = NotificationOutcome.NotAMember };
        }

        if (message.Seq > conversation.LastSeq && conversation.IsMember)
        {
            await Catch(message.Conversation, new Position(message.Seq, 0));
        }

        return await FindReason(message) ?? (conversation switch
        {
            { IsMember: false } when message.Seq > conversation.LastSeq => Without(NotificationOutcome.Left),
            _ when message.Seq <= conversation.JoinedSeq => Without(NotificationOutcome.BeforeJoining),
            _ => throw ChatException.NotFound("There is no such message for you, or it is older than 7 days."),
        });

        NotificationReason Without(NotificationOutcome outcome) => new() { MessageId = message, Outcome = outcome };
    }

    /// <summary>Looks through the feed, newest first: rare, and cheaper than an index kept for every message.</summary>
    private async Task<NotificationReason?> FindReason(MessageId message)
    {
        var (late, deleted) = (default(FeedEntry), false);
        var oldest = Now - VerdictsKept;
        var tooOld = 0;
        await foreach (var entry in EntriesBelow(long.MaxValue))
        {
            // A few old ones among newer are what was caught up with late; many in a row are where the newer ones end.
            tooOld = entry.Timestamp < oldest ? tooOld + 1 : 0;
            if (tooOld > EntriesPerScan)
            {
                return null;
            }

            if (entry.ConversationId != message.Conversation || entry.Seq != message.Seq)
            {
                continue;
            }

            switch (entry.Kind)
            {
                case FeedEntryKind.MessageDeleted:
                    deleted = true;
                    break;
                case FeedEntryKind.NotificationAdded:
                    late = entry;
                    break;
                case FeedEntryKind.NewMessage:
                    return entry.Timestamp < oldest ? null : Reason(message, entry, late, deleted);
            }
        }

        return null;
    }

    private NotificationReason Reason(MessageId message, FeedEntry entry, FeedEntry? late, bool deleted)
    {
        var made = late ?? entry;
        return new NotificationReason
        {
            MessageId = message,
            Outcome = late is null ? OutcomeOf(entry.Verdict) : NotificationOutcome.DeliveredLate,
            DeviceId = entry.ShownBy,
            Timestamp = entry.Timestamp,
            Cursor = entry.Cursor,
            NotificationId = made.NotificationId,
            Unread = made.NotificationId is not null && _inbox.IsUnread(made),
            Deleted = deleted || entry.Verdict == NotificationVerdict.Deleted,
        };
    }

    private static NotificationOutcome OutcomeOf(NotificationVerdict verdict) => verdict switch
    {
        NotificationVerdict.Notified => NotificationOutcome.Delivered,
        NotificationVerdict.OwnMessage => NotificationOutcome.OwnMessage,
        NotificationVerdict.Muted => NotificationOutcome.Muted,
        NotificationVerdict.Shown => NotificationOutcome.Suppressed,
        NotificationVerdict.AlreadyRead => NotificationOutcome.AlreadyRead,
        NotificationVerdict.Deleted => NotificationOutcome.Deleted,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "A message's entry always has a verdict."),
    };
}
