using System.Diagnostics;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Ids;
using ChatOrleans.Streams;
using ChatOrleans.Users;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace ChatOrleans.Grains.Users;

/// <summary>How what happens in conversations becomes entries of the feed. Doing it twice changes nothing.</summary>
public sealed partial class UserGrain : IStreamSubscriptionObserver, IAsyncBatchObserver<MemberEvents>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<MemberEvents>().ResumeAsync(this);

    public async Task OnNextAsync(IList<SequentialItem<MemberEvents>> items)
    {
        await Loaded();
        List<Task>? fetches = null;
        foreach (var item in items)
        {
            if (Apply(item.Item) is { } gap)
            {
                (fetches ??= []).Add(CatchUpQuietly(item.Item.ConversationId, gap));
            }
        }

        if (fetches is not null)
        {
            await Task.WhenAll(fetches);
        }
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    /// <summary>A hint was lost in the stream. The next one shows the gap, or the outbox delivers.</summary>
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    /// <summary>Applies what follows; returns how far there is more when something is missing before it.</summary>
    private Position? Apply(MemberEvents batch)
    {
        var at = PositionIn(batch.ConversationId);
        if (at.Covers(batch.Until))
        {
            return null;
        }

        if (!at.Covers(batch.After))
        {
            _metrics.HintLost();
            return batch.Until;
        }

        foreach (var one in batch.Events)
        {
            Apply(batch.ConversationId, one, fetched: false);
        }

        PassOver(batch.ConversationId, batch.Until.Seq);
        return null;
    }

    private Position PositionIn(ConversationId id) => _inbox.Find(id)?.Position ?? default;

    /// <summary>
    /// All was applied up to here, and there is no message: retention has removed what one lacked, and nothing came after it. True where that
    /// is news.
    /// </summary>
    private bool PassOver(ConversationId id, long seq)
    {
        if (_inbox.Find(id) is not { IsMember: true } conversation || conversation.LastSeq >= seq)
        {
            return false;
        }

        Append(new FeedEntry
        {
            Cursor = Head + 1,
            Kind = FeedEntryKind.ConversationUpdated,
            Timestamp = _time.GetUtcMilliseconds(),
            ConversationId = id,
            Seq = seq,
        });
        return true;
    }

    private void Apply(ConversationId id, ConversationEvent one, bool fetched)
    {
        var conversation = _inbox.Find(id);
        if (one.Message is { } message)
        {
            if (conversation is { IsMember: true } && message.Seq > conversation.LastSeq)
            {
                _metrics.Delivered(fetched);
                if (one.Trace is null)
                {
                    Apply(conversation, message);
                }
                else
                {
                    using var applying = ChatTracing.Continue("chat.apply", ActivityKind.Consumer, one.Trace).Tagged(message);
                    Apply(conversation, message, applying?.Id ?? one.Trace);
                }
            }
        }
        else if (one.Change is { } change && change.Rev > (conversation?.Rev ?? 0))
        {
            Apply(id, conversation, change);
        }
    }

    private void Apply(InboxConversation conversation, Message message, string? trace = null)
    {
        var now = Now;
        var shownBy = _attention.ShownBy(conversation.Id, now);
        var verdict = NotificationPolicy.Decide(message, _me, conversation.Muted, conversation.ReadSeq, shownBy is not null);
        if (verdict == NotificationVerdict.Shown)
        {
            _attention.Suppressed(message.Id, Head + 1, now);
            WatchAttention();
        }

        var readSeq = message.SenderId == _me ? message.Seq : conversation.ReadSeq;
        Append(
            new FeedEntry
            {
                Cursor = Head + 1,
                Kind = FeedEntryKind.NewMessage,
                Timestamp = message.Timestamp,
                ConversationId = conversation.Id,
                Seq = message.Seq,
                SenderId = message.SenderId,
                Unread = Math.Max(0, message.Seq - readSeq),
                Verdict = verdict,
                ShownBy = verdict == NotificationVerdict.Shown ? shownBy : null,
            },
            message,
            trace);
    }

    private void Apply(ConversationId id, InboxConversation? conversation, Change change)
    {
        if (change.Type == ChangeType.MessageDeleted)
        {
            Hide(id, change.MessageSeq, change.MessageSeq);
            if (conversation is { IsMember: true } && !MaySee(conversation, change))
            {
                MarkRead(conversation, change.MessageSeq);
            }
        }

        var entry = new FeedEntry
        {
            Cursor = Head + 1,
            Kind = FeedEntryKind.ConversationUpdated,
            Timestamp = change.Timestamp,
            ConversationId = id,
            Rev = change.Rev,
            History = change.ConcernsMessage ? null : change.History,
        };
        if (change.Type is ChangeType.Created or ChangeType.MemberAdded && Concerns(change, _me))
        {
            Append(entry with
            {
                Kind = FeedEntryKind.NewConversation,
                Seq = change.AtSeq,
                ReadSeq = change.AtSeq,
                By = change.UserId,
                Title = change.Title,
            });
        }
        else if (conversation is { IsMember: true })
        {
            if (change.Type == ChangeType.MemberRemoved && Concerns(change, _me))
            {
                _attention.Leave(id);
            }

            Append(
                change.Type switch
                {
                    ChangeType.MemberRemoved when Concerns(change, _me) =>
                        entry with { Kind = FeedEntryKind.ConversationRemoved, Seq = change.AtSeq, By = change.UserId },
                    ChangeType.MessageEdited or ChangeType.MessageDeleted when MaySee(conversation, change) => entry with
                    {
                        Kind = change.Type == ChangeType.MessageEdited ? FeedEntryKind.MessageUpdated : FeedEntryKind.MessageDeleted,
                        Seq = change.MessageSeq,
                        SenderId = change.Message?.SenderId,
                    },
                    _ => entry,
                },
                change.Message);
        }
    }

    /// <summary>Nothing that is in memory, or is just being read, tells the texts of deleted messages any more.</summary>
    private void Hide(ConversationId id, long firstSeq, long lastSeq)
    {
        _tail.Delete(id, firstSeq, lastSeq, _me);
        _messages.Deleted(id, firstSeq, lastSeq);
    }

    /// <summary>A notification from before one left outlives the time in which its message could be seen, but not the message.</summary>
    private void MarkRead(InboxConversation conversation, long seq)
    {
        var id = InboxId.OfMessage(new MessageId(conversation.Id, seq));
        if (_inbox.IsUnread(id))
        {
            MarkNotificationsRead([id]);
        }
    }

    private static bool Concerns(Change change, UserId user)
    {
        foreach (var member in change.Members)
        {
            if (member.UserId == user)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A change of a message from before one joined tells its text, which is not everybody's to see.</summary>
    private static bool MaySee(InboxConversation conversation, Change change) =>
        change.Message is not null && (change.History != HistoryAccess.SinceJoined || change.MessageSeq > conversation.JoinedSeq);

    /// <summary>The one place where the feed grows: fold, keep for the devices, wake them, and see to a checkpoint.</summary>
    private void Append(FeedEntry entry, Message? message = null, string? trace = null)
    {
        message = MessageLookup.ConcernsMessage(entry) ? message : null;
        _inbox.Apply(entry);
        _tail.Add(new FeedEvent(entry, message, InboxNotifications.OfOwnEvent(entry, message, _me)) { Trace = trace });
        if (entry.ConversationId is { } id)
        {
            _unacknowledged.Add(id);
        }

        foreach (var reader in _readers)
        {
            reader.Wake();
        }

        ScheduleCheckpoint();
        if (entry is { Kind: FeedEntryKind.NewMessage, ConversationId: { } posted })
        {
            BePresentIn(posted);
        }
    }
}
