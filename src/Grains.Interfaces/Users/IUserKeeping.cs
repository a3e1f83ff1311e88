using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Users;

/// <summary>For jobs on a user's data. Key: the <see cref="UserId"/>.</summary>
[Alias("chat.IUserKeeping")]
public interface IUserKeeping : IGrainWithStringKey
{
    /// <summary>Every conversation that the user is or was in, in the order of their ids.</summary>
    [Alias("Known")] Task<ImmutableArray<ConversationId>> Known();

    /// <summary>Forgets what others may call the user. Durable; a second time changes nothing.</summary>
    [Alias("ForgetName")] Task ForgetName();

    /// <summary>Takes away what the feed kept (alerts, titles), marks everything read, and forgets the name. Durable; a second time changes nothing.</summary>
    [Alias("Forget")] Task Forget();

    /// <summary>
    /// Retention has removed a conversation's messages below <paramref name="firstSeq"/>: what notified of them is marked read, as a
    /// <c>notification_read</c>. Durable; a second time changes nothing.
    /// </summary>
    /// <param name="head">How far the conversation is; the feed is brought as far first, so that none of them comes later.</param>
    [Alias("Trimmed")] Task Trimmed(ConversationId conversationId, long firstSeq, Position head);

    /// <summary>
    /// Messages of the user's time in a conversation were deleted after they left it: what notified of them is marked read, as a
    /// <c>notification_read</c>. Durable; a second time changes nothing.
    /// </summary>
    /// <param name="head">How far the user can come in it; the feed is brought as far first, so that none of them comes later.</param>
    [Alias("Deleted")] Task Deleted(ConversationId conversationId, ImmutableArray<long> seqs, Position head);
}
