using System.Collections.Immutable;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>
/// What was suppressed and is not acknowledged outlives the activation, since the devices that suppressed it may not come back. It is stored
/// with the entries of the same checkpoint, and only as it changes: not with each message.
/// </summary>
public sealed partial class UserGrain
{
    private const string UnseenKey = "unseen";

    private ImmutableArray<UnseenFrom> _storedUnseen = [];

    private bool MayHaveUnseen => !_storedUnseen.IsEmpty || _attention.IsWaiting || _late.Count > 0;

    private void StageUnseen()
    {
        if (!MayHaveUnseen)
        {
            return;
        }

        ImmutableArray<UnseenFrom> unseen =
        [
            .. _attention.Waiting.Concat(_late)
                .GroupBy(message => message.Message.Conversation, (conversation, messages) => new UnseenFrom(conversation, messages.Min(message => message.Cursor)))
                .OrderBy(from => from.Cursor),
        ];
        if (unseen.SequenceEqual(_storedUnseen))
        {
            return;
        }

        _log.Begin();
        _log.SetKey(UnseenKey, unseen.IsEmpty ? (ReadOnlyMemory<byte>?)null : _unseen.SerializeToArray(new UnseenMessages { Conversations = unseen }));
        _storedUnseen = unseen;
    }

    /// <summary>Somebody may have seen what is stored as unseen.</summary>
    private void UnseenChanged()
    {
        if (!_storedUnseen.IsEmpty)
        {
            ScheduleCheckpoint();
        }
    }

    /// <summary>
    /// What an earlier activation left waits for who shows it, as long as its devices may come back; what is older than that is notified
    /// before anybody reads anything.
    /// </summary>
    private async Task TakeUpUnseen()
    {
        // After a crash nobody could say whether there is something.
        if ((!_storedProfile.Open && !_storedProfile.HasUnseen) || await _log.Store.ReadKey(_log.Owner, UnseenKey) is not { } stored)
        {
            return;
        }

        _storedUnseen = _unseen.Deserialize(stored)!.Conversations;
        var unseen = _storedUnseen.ToDictionary(from => from.Conversation, from => from.Cursor);
        var first = Math.Max(FirstCursor, _storedUnseen[0].Cursor);
        // It is stored before the entries, which may be several writes: what a crash left beyond the end comes again, and is decided then.
        foreach (var entry in first <= Head ? await EntriesFrom(first, (int)(Head - first + 1)) : [])
        {
            if (entry is { Kind: FeedEntryKind.NewMessage, Verdict: NotificationVerdict.Shown, ConversationId: { } id }
                && unseen.TryGetValue(id, out var cursor) && entry.Cursor >= cursor)
            {
                _attention.TakeUp(new SuppressedMessage(new MessageId(id, entry.Seq), entry.Cursor, entry.Timestamp));
            }
        }

        WatchAttention();
        await LapseAttention();
    }
}
