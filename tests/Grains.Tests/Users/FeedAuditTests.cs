using ChatOrleans.Conversations;
using ChatOrleans.Grains.Users;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>An audit that never finds anything proves nothing: each kind of drift, made by hand, is found.</summary>
public sealed class FeedAuditTests
{
    private static readonly UserId _me = new("grace");
    private static readonly UserId _ada = new("ada");
    private static readonly ConversationId _lounge = ConversationId.New();

    [Fact]
    public void AWholeFeed_HasNoFindings() => Assert.Empty(Audit(Feed(3), Feed(3)).Findings);

    [Fact]
    public void AMissingEntry_IsAFeedGap() => Assert.Contains(Audit(Feed(3), [.. Feed(3).Where(e => e.Cursor != 3)]).Findings, Is(AuditKind.FeedGap));

    [Fact]
    public void AMissingMessage_IsAMessageGap() =>
        Assert.Contains(Audit(Feed(3), [.. Feed(3).Select(e => e.Seq == 2 ? e with { Seq = 3 } : e)]).Findings, Is(AuditKind.MessageGap));

    [Fact]
    public void ACountThatWasNotKept_IsUnreadDrift() => Assert.Contains(Audit(Feed(2), Feed(3)).Findings, Is(AuditKind.UnreadMessages));

    [Fact]
    public void AConversationThatIsFurther_IsBehind()
    {
        var (audit, inbox) = Folded(Feed(2));
        audit.Compare(inbox.Find(_lounge)!, new Standing(IsMember: false, new Position(5, 1), FirstSeq: 1));
        var findings = audit.Report(inbox).Findings;
        Assert.Contains(findings, Is(AuditKind.Behind));
        Assert.Contains(findings, Is(AuditKind.Membership));
    }

    [Fact]
    public void ANotificationOfADeletedMessage_IsFound()
    {
        var (audit, inbox) = Folded(Feed(1));
        var message = new Message { ConversationId = _lounge, Seq = 1, SenderId = _me, Text = "", Timestamp = default, Deleted = true };
        audit.Compare(audit.MessagesOf(_lounge)[0], message, inbox.Find(_lounge)!);
        Assert.Equal([AuditKind.Sender, AuditKind.UnreadOfDeleted], audit.Report(inbox).Findings.Select(finding => finding.Kind));
    }

    private static Predicate<AuditFinding> Is(AuditKind kind) => finding => finding.Kind == kind;

    private static AuditReport Audit(FeedEntry[] kept, FeedEntry[] stored)
    {
        var (audit, _) = Folded(stored);
        var inbox = new Inbox(_me);
        Array.ForEach(kept, inbox.Apply);
        return audit.Report(inbox);
    }

    private static (FeedAudit Audit, Inbox Inbox) Folded(FeedEntry[] entries)
    {
        var (audit, inbox) = (new FeedAudit(_me, new InboxSnapshot()), new Inbox(_me));
        foreach (var entry in entries)
        {
            audit.Take(entry);
            if (entry.Cursor == inbox.Cursor + 1)
            {
                inbox.Apply(entry);
            }
        }

        return (audit, inbox);
    }

    private static FeedEntry[] Feed(int messages) =>
    [
        new FeedEntry { Cursor = 1, Kind = FeedEntryKind.NewConversation, Timestamp = default, ConversationId = _lounge, Rev = 1, By = _ada },
        .. Enumerable.Range(1, messages).Select(i => new FeedEntry
        {
            Cursor = i + 1,
            Kind = FeedEntryKind.NewMessage,
            Timestamp = default,
            ConversationId = _lounge,
            Seq = i,
            SenderId = _ada,
            Unread = i,
            Verdict = NotificationVerdict.Notified,
        }),
    ];
}
