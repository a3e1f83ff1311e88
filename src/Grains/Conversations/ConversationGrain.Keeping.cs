using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Jobs;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>Erasure of what one user wrote, and how long messages are kept.</summary>
public sealed partial class ConversationGrain : IConversationKeeping
{
    private const string RetentionKey = "#retention";
    // A message and its key are two rows of a write.
    private const int MostTrimmedAtOnce = 40;

    public async Task<Erased> EraseSender(UserId user, long from, int limit)
    {
        from = Math.Max(from, _log.FirstSeq);
        var last = Math.Min(_log.Committed.Seq, from + limit - 1);
        var done = new List<Task>();
        foreach (var found in await ReadAll(from, last))
        {
            // While that was read, an edit may have been staged: what is taken away is the newest there is.
            var message = _log.Staged(found.Seq) ?? found;
            if (message.SenderId == user && (!message.Deleted || message.SenderName is not null || message.SenderLabel is not null))
            {
                done.Add(Erase(message));
            }
        }

        await Task.WhenAll(done);
        return new Erased(done.Count, last < _log.Committed.Seq ? last + 1 : null);
    }

    private Task Erase(Message message)
    {
        _log.Rows.Begin();
        if (message.ClientMessageId is { } clientId)
        {
            var key = ClientMessageIds.Key(message.SenderId, clientId, _limits);
            _log.Rows.SetKey(key, ClientMessageIds.Row(message.Seq, ClientMessageIds.Erased));
            _clientIds.Forget(key);
        }

        var tombstone = message with { Text = "", Meta = null, Deleted = true, SenderName = null, SenderLabel = null };
        return Stage(message.SenderId, ChangeType.MessageDeleted, change => change with { MessageSeq = tombstone.Seq, History = _state.History }, tombstone);
    }

    public async Task ForgetMember(UserId user)
    {
        _names.Remove(user);
        if (_state.Kind != ConversationKind.Direct && _state.Members.TryGetValue(user, out var member))
        {
            await Stage(user, ChangeType.MemberRemoved, change => change with { Members = [member] });
            _audience.Note(user, online: false);
            await DeliverTo([user], mustSucceed: false);
        }

        await WriteHead();
    }

    public async Task SetRetention(Retention retention)
    {
        if (!_state.Exists)
        {
            throw ChatException.NotFound("There is no such conversation.");
        }

        _log.Rows.Begin();
        _log.Rows.SetKey(RetentionKey, retention.IsForever ? null : RetentionText.Write(retention));
        await _log.Rows.Flush();
        // Listed last: a listed one without a bound costs one look, an unlisted one with a bound would keep too much.
        await GrainFactory.GetGrain<IJobListGrain>(IJobListGrain.Key).Keep(_id, retention.IsForever);
        await Sweep();
    }

    public async Task<Retention> GetRetention() =>
        await _log.Rows.Store.ReadKey(_log.Rows.Owner, RetentionKey) is { } stored ? RetentionText.Read(stored) : Retention.Forever;

    public async Task<long> Sweep()
    {
        var retention = await GetRetention();
        var swept = 0L;
        while (!retention.IsForever && !_broken)
        {
            var first = _log.FirstSeq;
            var oldest = retention.Age is { } age ? _time.GetUtcNow().UtcDateTime - age : DateTime.MinValue;
            var fewest = retention.Messages is { } most ? _log.Committed.Seq - most : 0;
            var page = await _log.Messages(first, Math.Min(first + MostTrimmedAtOnce - 1, _log.Committed.Seq));
            var going = page.TakeWhile(message => message.Seq <= fewest || message.Timestamp < oldest).ToList();
            if (going.Count == 0)
            {
                break;
            }

            if (_log.FirstSeq == first)
            {
                Trim(going);
                await _log.Rows.Flush();
                swept += going.Count;
            }
        }

        return swept;
    }

    /// <summary>A message's key goes with it: a repeat of so old an id is a new message.</summary>
    private void Trim(List<Message> going)
    {
        _log.Rows.Begin();
        foreach (var message in going.Where(message => message.ClientMessageId is not null))
        {
            var key = ClientMessageIds.Key(message.SenderId, message.ClientMessageId!, _limits);
            _log.Rows.SetKey(key, null);
        }

        _log.Rows.Trim(LogTrack.Messages, going[^1].Seq + 1);
    }
}
