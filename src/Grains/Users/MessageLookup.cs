using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using Orleans.Serialization;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// Finds the messages that a feed's entries refer to, as they now are, straight from the conversations' logs: reading needs no
/// conversation grain. What the entry's owner may see was decided when the entry was made, but what was edited after they left is
/// not theirs, unless they came back to a conversation whose whole history is open.
/// </summary>
/// <param name="inbox">What the owner has of a conversation; null where they never were in it.</param>
internal sealed class MessageLookup(
    ILogStore store, Serializer<Message> messages, Serializer<Change> changes, UserId me, Func<ConversationId, InboxConversation?> inbox)
{
    private const int MostBytesPerRead = 1 << 20;

    private readonly List<List<(ConversationId Conversation, long First, long Last)>> _deletedWhileReading = [];

    public async Task<ImmutableArray<FeedEvent>> Complete(IReadOnlyList<FeedEntry> entries)
    {
        var found = new Dictionary<MessageId, Message>();
        List<(ConversationId Conversation, long First, long Last)> deleted = [];
        _deletedWhileReading.Add(deleted);
        try
        {
            foreach (var conversation in entries.Where(ConcernsMessage).GroupBy(entry => entry.ConversationId!.Value))
            {
                await Find(conversation.Key, [.. conversation.Select(entry => entry.Seq).Distinct().Order()], found);
            }
        }
        finally
        {
            _deletedWhileReading.Remove(deleted);
        }

        foreach (var (conversation, first, last) in deleted)
        {
            foreach (var message in found.Values.Where(one => one.ConversationId == conversation && one.Seq >= first && one.Seq <= last).ToList())
            {
                found[message.Id] = Without(message);
            }
        }

        return [.. entries.Select(entry => Complete(entry, found))];
    }

    /// <summary>A deletion is told: what was read of the messages before, for an answer that is still being put together, is not shown.</summary>
    public void Deleted(ConversationId conversation, long firstSeq, long lastSeq)
    {
        foreach (var deleted in _deletedWhileReading)
        {
            deleted.Add((conversation, firstSeq, lastSeq));
        }
    }

    /// <summary>Whether somebody else wrote it: of one's own nobody is notified. True of what retention has removed, which may have been.</summary>
    public async ValueTask<bool> IsOfAnother(ConversationId conversation, long seq) =>
        (await store.Read(ChatGrains.Owner(conversation), LogTrack.Messages, seq, 1)).Rows is not [var row] || messages.Deserialize(row)!.SenderId != me;

    /// <summary>Whether that change took one into the conversation, by whomever: its creator hears of it by the same event.</summary>
    public async ValueTask<bool> WasAdded(ConversationId conversation, long rev) =>
        (await store.Read(ChatGrains.Owner(conversation), LogTrack.Changes, rev, 1)).Rows is [var row]
        && changes.Deserialize(row) is { Type: ChangeType.Created or ChangeType.MemberAdded } change
        && change.Members.Any(member => member.UserId == me);

    public static bool ConcernsMessage(FeedEntry entry) => entry.Kind is FeedEntryKind.NewMessage
        or FeedEntryKind.MessageUpdated or FeedEntryKind.MessageDeleted or FeedEntryKind.NotificationAdded;

    private FeedEvent Complete(FeedEntry entry, Dictionary<MessageId, Message> found)
    {
        var message = ConcernsMessage(entry)
            ? found.GetValueOrDefault(new MessageId(entry.ConversationId!.Value, entry.Seq)) ?? Removed(entry)
            : null;
        return new FeedEvent(entry, message, InboxNotifications.OfOwnEvent(entry, message, me));
    }

    /// <summary>Reads runs of neighbours in one read each.</summary>
    private async Task Find(ConversationId conversation, List<long> seqs, Dictionary<MessageId, Message> found)
    {
        var mine = inbox(conversation);
        for (var i = 0; i < seqs.Count;)
        {
            var run = 1;
            while (i + run < seqs.Count && seqs[i + run] == seqs[i] + run)
            {
                run++;
            }

            var read = await store.Read(ChatGrains.Owner(conversation), LogTrack.Messages, seqs[i], run, MostBytesPerRead);
            var behind = i + run;
            foreach (var row in read.Rows)
            {
                if (messages.Deserialize(row) is { } message && message.Seq < seqs[i] + run)
                {
                    found[message.Id] = mine?.Hides(message) == true ? Without(message) : message;
                    behind = i + (int)(message.Seq - seqs[i]) + 1;
                }
            }

            // A read is bounded in bytes: go on behind what came. Where nothing did, retention has removed all of the run.
            i = behind;
        }
    }

    private static Message Without(Message message) => message with { Text = "", Meta = null, Deleted = true };

    /// <summary>Stands for a message that retention has removed since.</summary>
    private static Message Removed(FeedEntry entry) => new()
    {
        ConversationId = entry.ConversationId!.Value,
        Seq = entry.Seq,
        SenderId = entry.SenderId ?? default,
        Text = "",
        Timestamp = entry.Timestamp,
        Deleted = true,
    };
}
