using ChatOrleans.Conversations;
using ChatOrleans.Grains.Users;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Users;

public sealed class NotificationPolicyTests
{
    private static readonly UserId _me = new("ada");

    /// <summary>Every combination gives exactly one reason, and it is the first that fits.</summary>
    [Fact]
    public void Decide_GivesTheFirstReasonThatFits()
    {
        foreach (var bits in Enumerable.Range(0, 32))
        {
            var (own, deleted, read, muted, shown) = ((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0);
            var message = new Message
            {
                ConversationId = ConversationId.New(),
                Seq = 5,
                SenderId = own ? _me : new UserId("grace"),
                Text = deleted ? "" : "hello",
                Deleted = deleted,
                Timestamp = DateTime.UnixEpoch,
            };
            (bool Applies, NotificationVerdict Verdict)[] reasons =
            [
                (own, NotificationVerdict.OwnMessage),
                (deleted, NotificationVerdict.Deleted),
                (read, NotificationVerdict.AlreadyRead),
                (muted, NotificationVerdict.Muted),
                (shown, NotificationVerdict.Shown),
                (true, NotificationVerdict.Notified),
            ];

            Assert.Equal(
                reasons.First(reason => reason.Applies).Verdict, NotificationPolicy.Decide(message, _me, muted, read ? 5 : 4, shown));
        }
    }
}
