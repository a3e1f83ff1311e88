using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace ChatOrleans.Users;

/// <summary>
/// One user: inbox and feed. Key: the <see cref="UserId"/>. Implicitly subscribed to the stream ("user", user id). Commands are
/// durable before they are answered. Any call may throw ChatException: Unavailable.
/// </summary>
[Alias("chat.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>
    /// The feed as one device reads it, without end: an opening, then batches as they come. Order, resume and back-pressure are
    /// the reader's own pulling. Any failure: ask again from the last cursor. The attention handed over lasts as long as the
    /// enumeration, or until <see cref="SetAttention"/>. Throws ChatException: Unauthenticated, where the token was
    /// revoked; RateLimited, where there are too many connections.
    /// </summary>
    [Alias("Feed")] IAsyncEnumerable<FeedBatch> Feed(FeedRequest request, CancellationToken cancellationToken = default);

    /// <summary>A device of that member of the cluster is about to read the feed: where nobody else does, the grain moves there before it is read.</summary>
    [Alias("ComeNear")] Task ComeNear(SiloAddress member);

    /// <summary>The same for a client that pulls: at most <paramref name="limit"/> events after a position (null: from the snapshot on).</summary>
    [Alias("ReadFeed")] Task<FeedPage> ReadFeed(Actor actor, FeedPosition? after, int limit);

    /// <summary>Who I am, how many notifications are unread, and the end of my feed. Remembers the name that my token has.</summary>
    [Alias("Me")] Task<UserView> Me(Actor actor);

    /// <summary>My conversations, latest activity first, below the given activity.</summary>
    [Alias("Conversations")] Task<ConversationMarkPage> Conversations(long? beforeActivity, int limit);

    /// <summary>What I alone know of one conversation; null where I am not in it.</summary>
    [Alias("Mark")] Task<ConversationMark?> Mark(ConversationId conversationId);

    /// <summary>Moves my mark, never back, and marks the notifications up to it read. Throws ChatException: NotAMember, InvalidRequest.</summary>
    [Alias("MarkRead")] Task<ReadOutcome> MarkRead(ConversationId conversationId, long seq);

    /// <summary>Throws ChatException: NotAMember.</summary>
    [Alias("SetMuted")] Task SetMuted(ConversationId conversationId, bool muted);

    /// <summary>My inbox, newest first, below the given cursor.</summary>
    [Alias("Notifications")] Task<NotificationPage> Notifications(bool unreadOnly, long? beforeCursor, int limit);

    /// <summary>Throws ChatException: NotFound. Marking a read one changes nothing.</summary>
    [Alias("MarkNotificationRead")] Task MarkNotificationRead(string notificationId);

    /// <summary>Marks every notification read that there is now.</summary>
    [Alias("MarkAllNotificationsRead")] Task MarkAllNotificationsRead();

    /// <summary>
    /// What a connected device shows from now on. Opening a conversation, visible, marks its notifications read. Throws ChatException: NotAMember.
    /// </summary>
    [Alias("SetAttention")] Task SetAttention(string deviceId, Attention attention);

    /// <summary>The device was heard at this time: what it shows counts as seen up to then.</summary>
    [Alias("Heard"), OneWay] Task Heard(string deviceId, DateTime heardAt);

    /// <summary>The device says that it has everything up to this cursor: none of it is notified any more when the device goes.</summary>
    [Alias("Seen"), OneWay] Task Seen(string deviceId, long cursor);

    /// <summary>Stores an alert before it answers; the same alert id changes nothing.</summary>
    [Alias("Alert")] Task Alert(SystemAlert alert);

    /// <summary>
    /// A conversation says how far it is. Fetches what is missing and answers when it is durable here.
    /// </summary>
    [Alias("CatchUp")] Task<CaughtUp> CatchUp(ConversationId conversationId, Position head);

    /// <summary>A conversation tells what may be lost.</summary>
    [Alias("Hint"), OneWay] Task Hint(Ephemeral hint);

    /// <summary>
    /// Tokens of the user's bucket for one front end. Loads nothing and keeps nothing.
    /// </summary>
    /// <param name="needed">What the call at hand costs.</param>
    /// <param name="wanted">What the front end would like for the next second.</param>
    /// <param name="unused">What it has left of its last lease and gives back.</param>
    [Alias("Lease")] Task<RateLease> Lease(RateKind kind, int needed, int wanted, int unused);

    /// <summary>
    /// No token that was issued up to now counts any more; feeds that are read with one end with Unauthenticated. Durable; answers
    /// the moment.
    /// </summary>
    [Alias("RevokeTokens")] Task<DateTime> RevokeTokens();

    /// <summary>The last such moment; null where there was none.</summary>
    [Alias("TokensRevokedAt")] Task<DateTime?> TokensRevokedAt();

    /// <summary>True while a device reads the feed. Loads nothing.</summary>
    [Alias("IsOnline")] Task<bool> IsOnline();
}
