using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>What jobs on a user's data need of the user's own grain.</summary>
public sealed partial class UserGrain : IUserKeeping
{
    public async Task<ImmutableArray<ConversationId>> Known()
    {
        await Loaded();
        return [.. _inbox.ToSnapshot().Conversations.Select(conversation => conversation.Id)];
    }

    public async Task Trimmed(ConversationId conversationId, long firstSeq, Position head)
    {
        await Loaded();
        await Catch(conversationId, head);
        _attention.Forget(conversationId, firstSeq);
        Hide(conversationId, 1, firstSeq - 1);
        MarkNotificationsRead([.. _inbox.UnreadOf(conversationId, firstSeq - 1).Where(id => InboxId.PositionOf(id).Seq > 0)]);
        await Durable();
    }

    public async Task Deleted(ConversationId conversationId, ImmutableArray<long> seqs, Position head)
    {
        await Loaded();
        await Catch(conversationId, head);
        foreach (var seq in seqs)
        {
            Hide(conversationId, seq, seq);
        }

        var deleted = seqs.Select(seq => InboxId.OfMessage(new MessageId(conversationId, seq))).ToHashSet();
        MarkNotificationsRead([.. _inbox.UnreadOf(conversationId).Where(deleted.Contains)]);
        await Durable();
    }

    public async Task ForgetName()
    {
        await Loaded();
        _profile = _profile with { Name = null };
        await StoreProfile();
    }

    public async Task Forget()
    {
        await Loaded();
        if (_inbox.UnreadNotifications > 0)
        {
            Append(new FeedEntry { Cursor = Head + 1, Kind = FeedEntryKind.NotificationRead, Timestamp = _time.GetUtcMilliseconds(), AllUpToCursor = Head });
        }

        await ForgetName();
        // The entries go, so the inbox that they make must be stored first: no other, since one that is ahead of the log could never be loaded.
        do
        {
            await Durable();
            while (!_storingSnapshot.IsCompleted)
            {
                await _storingSnapshot;
            }
        }
        while (_log.Committed(LogTrack.Feed) != Head);

        // What is appended meanwhile stays: it is newer.
        await StoreSnapshot(_inbox.ToSnapshot());
        _log.Begin();
        _log.Trim(LogTrack.Feed, Math.Min(_storedInboxCursor, _log.Committed(LogTrack.Feed)) + 1);
        await _log.Flush();
        _tail.DropBelow(_log.First(LogTrack.Feed));
    }
}
