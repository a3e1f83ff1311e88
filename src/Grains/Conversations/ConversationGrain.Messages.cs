using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Conversations;

/// <summary>What members write, edit and delete.</summary>
public sealed partial class ConversationGrain
{
    public async Task<PostOutcome> Post(PostMessage command)
    {
        if (!_state.Exists)
        {
            throw ChatException.NotAMember();
        }

        string? key = null;
        BodyHash body = default;
        if (command.ClientMessageId is { } clientId)
        {
            if (!ClientMessageIds.Fits(clientId, _limits))
            {
                // No message can have been posted under it. What is wrong with it is told to members only.
                ConversationRules.CheckMember(_state, command.Actor.Id);
                throw ChatException.Invalid($"client_message_id has 1 to {_limits.ClientIdLength} characters.");
            }

            key = ClientMessageIds.Key(command.Actor.Id, clientId);
            body = BodyHash.Of(command);
        }

        if (await _clientIds.Find(key) is { } known && await Retained(key!, known) is { } earlier)
        {
            return await Repeat(earlier, body);
        }

        // From here to Commit nothing is awaited: the seq is given out and staged in one turn.
        var sender = ConversationRules.CheckPost(_state, command, _limits);
        var message = new Message
        {
            ConversationId = _id,
            Seq = _log.Assigned.Seq + 1,
            SenderId = command.Actor.Id,
            SenderName = command.Actor.Name,
            SenderLabel = sender.Label,
            Text = command.Text,
            Timestamp = Now(),
            ClientMessageId = command.ClientMessageId,
            Meta = command.Meta,
        };
        using var appending = ChatTracing.Source.StartActivity("chat.append").Tagged(message);
        _traces.Note(message.Seq);
        _log.Rows.Begin();
        _log.Append(message);
        if (key is not null)
        {
            _log.Rows.SetKey(key, ClientMessageIds.Row(new PostedUnderId(message.Seq, body)));
        }

        var durable = _log.Rows.Flush();
        if (key is not null)
        {
            _clientIds.Add(key, new PostedUnderId(message.Seq, body));
        }

        Remember(command.Actor);
        MarkRead(command.Actor.Id, message.Seq);
        await Commit(durable);
        _metrics.Posted();
        return new PostOutcome(message, Repeated: false);
    }

    public async Task<Message> Edit(EditMessage command)
    {
        ConversationRules.CheckMember(_state, command.Actor.Id);
        var message = await FindForChange(command.Seq, command.Actor.Id);
        ConversationRules.CheckEdit(_state, message, command, _limits);
        if (message.Text == command.Text)
        {
            await _log.Rows.Flush();
            return message;
        }

        var edited = message with { Text = command.Text, EditedAt = Now() };
        await Stage(
            command.Actor.Id, ChangeType.MessageEdited, change => change with { MessageSeq = edited.Seq, History = _state.History }, edited);
        return edited;
    }

    public async Task Delete(DeleteMessage command)
    {
        ConversationRules.CheckMember(_state, command.Actor.Id);
        var message = await FindForChange(command.Seq, command.Actor.Id);
        ConversationRules.CheckOwnOrAdmin(_state, message, command.Actor.Id);
        if (message.Deleted)
        {
            await _log.Rows.Flush();
            return;
        }

        var tombstone = message with { Text = "", Meta = null, Deleted = true };
        await Stage(
            command.Actor.Id, ChangeType.MessageDeleted, change => change with { MessageSeq = tombstone.Seq, History = _state.History }, tombstone);
    }

    /// <summary>An id is kept as long as its message: null where retention has removed that, and the id stands for nothing any more.</summary>
    private async ValueTask<PostedUnderId?> Retained(string key, PostedUnderId known)
    {
        if (known.Seq >= _log.FirstSeq)
        {
            return known;
        }

        // Its row goes with the message: not before that is durable may the id get another, because stores take a row once in a write.
        await _log.Rows.Flush();
        _clientIds.Free(key, _log.FirstSeq);
        return await _clientIds.Find(key) is { } anew && anew.Seq >= _log.FirstSeq ? anew : null;
    }

    private async Task<PostOutcome> Repeat(PostedUnderId earlier, BodyHash body)
    {
        if (!earlier.Body.Fits(body))
        {
            throw ChatException.Conflict("This client_message_id was used for another message. Use a new one for each message.");
        }

        if (earlier.Seq > _log.Committed.Seq)
        {
            await _log.Rows.Flush();
        }

        if (earlier.Seq > _log.Assigned.Seq)
        {
            // One of a member that was held for dead has stored it since this activation read.
            GiveUp(wakeNext: true);
            throw ChatException.Unavailable("The conversation is about to be read again. Send it again with the same client id.");
        }

        // Where that failed the first time, the repeat lists the conversation anew.
        await Listed();
        // Removed by retention in this very moment: repeated once more, the id is free.
        var message = await _log.Find(earlier.Seq) ?? throw ChatException.Unavailable("That message is just being removed. Send it again.");
        return new PostOutcome(message, Repeated: true);
    }

    private async ValueTask<Message> FindForChange(long seq, UserId reader)
    {
        var found = await _log.Find(seq);
        // While that was read, another edit of the same message may have been staged, or the setting of the history changed.
        var message = seq >= FirstSeqFor(reader) ? _log.Staged(seq) ?? found : null;
        return message ?? throw ChatException.NotFound("There is no such message in this conversation.");
    }
}
