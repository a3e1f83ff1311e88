using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Jobs;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Conversations;

/// <summary>Erasure of what one user wrote, and how long messages are kept.</summary>
public sealed partial class ConversationGrain : IConversationKeeping
{
    private const string RetentionKey = "#retention";
    /// <summary>The first seq that all members have been told is left.</summary>
    private const string ToldKey = "#trimmed";
    // A message and its key are two rows of a write.
    private const int MostTrimmedAtOnce = 40;

    /// <summary>Well below what a grain call waits: a long history takes longer.</summary>
    private static readonly TimeSpan s_sweepPatience = TimeSpan.FromSeconds(5);

    private int _sweeps;
    /// <summary>As this activation was last told, durable or not; null: as it is stored.</summary>
    private Retention? _retention;

    public async Task<Erased> EraseSender(UserId user, long from, int limit)
    {
        from = Math.Max(from, _log.FirstSeq);
        var last = Math.Min(_log.Committed.Seq, from + limit - 1);
        var (own, done) = (0, new List<Task>());
        foreach (var found in await ReadAll(from, last))
        {
            // While that was read, an edit may have been staged: what is taken away is the newest there is.
            var message = _log.Staged(found.Seq) ?? found;
            if (message.SenderId == user)
            {
                own++;
                // Retention may have removed it meanwhile.
                if (message.Seq >= _log.FirstSeq && (!message.Deleted || message.SenderName is not null || message.SenderLabel is not null))
                {
                    done.Add(Erase(message));
                }
            }
        }

        await Task.WhenAll(done);
        return new Erased(own, last < _log.Committed.Seq ? last + 1 : null);
    }

    private Task Erase(Message message)
    {
        _log.Rows.Begin();
        if (message.ClientMessageId is { } clientId)
        {
            var key = ClientMessageIds.Key(message.SenderId, clientId);
            _log.Rows.SetKey(key, ClientMessageIds.Row(new PostedUnderId(message.Seq, BodyHash.Erased)));
            _clientIds.Forget(key);
        }

        var tombstone = message with { Text = "", Meta = null, Deleted = true, SenderName = null, SenderLabel = null };
        return Stage(message.SenderId, ChangeType.MessageDeleted, change => change with { MessageSeq = tombstone.Seq, History = _state.History }, tombstone);
    }

    public async Task ForgetMember(UserId user)
    {
        if (_state.Kind != ConversationKind.Direct && _state.Members.TryGetValue(user, out var member))
        {
            await StageRemoved(user, member);
            _audience.Note(user, online: false);
            await DeliverTo([user], mustSucceed: false);
        }

        // Last: a delivery meanwhile may have brought the name along.
        _names.Remove(user);
        _learnedMore = true;
        while (!_writingHead.IsCompleted)
        {
            // That one may still have the name.
            await _writingHead;
        }

        if (!await WriteHead())
        {
            throw ChatException.Unavailable("The name could not be taken out of the conversation. Try again.");
        }
    }

    public async Task SetRetention(Retention retention)
    {
        RequireExists();
        _log.Rows.Begin();
        _retention = retention;
        // The type is named: a null array would be an empty value, which is there.
        _log.Rows.SetKey(RetentionKey, retention.IsForever ? (ReadOnlyMemory<byte>?)null : RetentionText.Write(retention));
        await _log.Rows.Flush();
        // Listed last: a listed one without a bound costs one look, an unlisted one with a bound would keep too much.
        await GrainFactory.GetGrain<IJobListGrain>(IJobListGrain.Key).Keep(_id, retention.IsForever);
        var sweeping = Sweep();
        if (await Task.WhenAny(sweeping, Task.Delay(s_sweepPatience, _time, Leaving)) == sweeping)
        {
            await sweeping;
        }
        else
        {
            _ = FinishSweep(sweeping);
        }
    }

    /// <summary>Nobody waits any more. Where it fails, the next sweep of the list goes on.</summary>
    private async Task FinishSweep(Task sweeping)
    {
        try
        {
            await sweeping;
        }
        catch (Exception e)
        {
            LogSweepFailed(e, _id);
        }
    }

    public Task<SweepState> SweepState() => Task.FromResult(new SweepState(_log.FirstSeq, _log.Committed.Seq, _sweeps > 0));

    public Task<Retention> GetRetention()
    {
        RequireExists();
        return ReadRetention();
    }

    private void RequireExists()
    {
        if (!_state.Exists)
        {
            throw ChatException.NotFound("There is no such conversation.");
        }
    }

    private async Task<Retention> ReadRetention() =>
        await _log.Rows.Store.ReadKey(_log.Rows.Owner, RetentionKey) is { } stored ? RetentionText.Read(stored) : Retention.Forever;

    public async Task<long> Sweep()
    {
        _sweeps++;
        try
        {
            var swept = await TrimAll(await ReadRetention());
            await TellOfTrim();
            return swept;
        }
        finally
        {
            _sweeps--;
        }
    }

    private async Task<long> TrimAll(Retention stored)
    {
        var swept = 0L;
        while (!_broken && !_left)
        {
            var first = _log.FirstSeq;
            var page = await _log.Messages(first, Math.Min(first + MostTrimmedAtOnce - 1, _log.Committed.Seq));
            // Read anew each time: whoever set another meanwhile keeps what is there by then.
            var retention = _retention ?? stored;
            var oldest = retention.Age is { } age ? _time.GetUtcNow().UtcDateTime - age : DateTime.MinValue;
            var fewest = retention.Messages is { } most ? _log.Committed.Seq - most : 0;
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

    /// <summary>
    /// Has everybody who is or was a member mark read what told of removed messages; durably remembered, so that who did not answer is told
    /// again with the next sweep.
    /// </summary>
    private async Task TellOfTrim()
    {
        var (first, head) = (_log.FirstSeq, _log.Committed);
        if (first <= await ToldOfTrim())
        {
            return;
        }

        var all = true;
        foreach (var some in _roster.Of(_state).Concat(_state.Former.Keys).Distinct().ToArray().Chunk(MostDeliveriesAtOnce))
        {
            var told = await Task.WhenAll(some.Select(user => TellOfTrim(user, first, head)));
            all &= told.All(one => one);
        }

        if (all)
        {
            _log.Rows.Begin();
            _log.Rows.SetKey(ToldKey, BitConverter.GetBytes(first));
            await _log.Rows.Flush();
        }
    }

    private async Task<bool> TellOfTrim(UserId user, long first, Position head)
    {
        try
        {
            await GrainFactory.GetGrain<IUserKeeping>(user.Value).Trimmed(_id, first, head).WaitAsync(Leaving);
            return true;
        }
        catch (Exception e)
        {
            DeliveryFailed(e, user);
            return false;
        }
    }

    private async ValueTask<long> ToldOfTrim() =>
        await _log.Rows.Store.ReadKey(_log.Rows.Owner, ToldKey) is { } stored ? BitConverter.ToInt64(stored.Span) : 1;

    /// <summary>A message's key goes with it: a repeat of so old an id is a new message.</summary>
    private void Trim(List<Message> going)
    {
        _log.Rows.Begin();
        foreach (var message in going.Where(message => message.ClientMessageId is not null))
        {
            var key = ClientMessageIds.Key(message.SenderId, message.ClientMessageId!);
            _log.Rows.SetKey(key, null);
            _clientIds.Free(key, going[^1].Seq + 1);
        }

        _log.Rows.Trim(LogTrack.Messages, going[^1].Seq + 1);
    }
}
