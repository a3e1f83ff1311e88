using System.Net.WebSockets;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime.Sessions;

namespace ChatOrleans.WebFront.Realtime.Sockets;

/// <summary>
/// Reads a device's frames and has each done before the next is begun, but those that keep their order by themselves, which are
/// only begun. More is not read meanwhile: whoever sends faster than we do it waits in the network.
/// </summary>
internal sealed class SocketReader(WebSocket socket, SocketStream stream, SocketConnection connection, DeviceSession session, int frameBytes)
    : IDisposable
{
    /// <summary>A usual command fits; idle connections hold no more than this.</summary>
    private const int IdleBytes = 512;

    private static readonly TimeSpan FloodPause = TimeSpan.FromMilliseconds(20);

    private FrameBuffer _buffer = new(IdleBytes);
    private Task _lastInLine = Task.CompletedTask;

    /// <summary>Completes when the connection is over, whoever ended it.</summary>
    public async Task Run()
    {
        try
        {
            while (await ReadFrame())
            {
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It broke off; or the platform has closed it, because of a malformed frame, and that close is still to be read.
            await stream.Linger();
        }
        finally
        {
            connection.Closed.TrySetResult();
        }
    }

    public void Dispose() => _buffer.Dispose();

    /// <returns>False when nothing more comes.</returns>
    private async ValueTask<bool> ReadFrame()
    {
        // Nothing is asked for at first: the platform says only when it has filled what it was given, so that a frame that drips would
        // seem not to have begun.
        var received = await socket.ReceiveAsync(connection.UnfinishedSince is null ? default : _buffer.GetMemory(IdleBytes), CancellationToken.None);
        stream.Took();
        if (received.EndOfMessage)
        {
            connection.Finished();
        }
        else
        {
            connection.Began(stream.HeardAt);
        }

        switch (received.MessageType)
        {
            case WebSocketMessageType.Close:
                await Close(CloseCode.Normal, "");
                return false;
            case WebSocketMessageType.Binary:
                Refuse(CloseCode.Malformed, "Frames are text.");
                return true;
        }

        if (session.IsFlooded)
        {
            // Only its answer to our close is waited for, and slowly: the rest of the flood waits in the network.
            await Task.Delay(FloodPause);
            return true;
        }

        _buffer.Advance(received.Count);
        if (_buffer.Length > frameBytes)
        {
            Refuse(CloseCode.TooLarge, $"A frame has at most {frameBytes} bytes.");
            _buffer.Clear();
        }
        else if (received.EndOfMessage)
        {
            await Execute();
            Reset();
        }

        return true;
    }

    private async ValueTask Execute()
    {
        var frame = ClientFrame.TryParse(_buffer.WrittenSpan);
        if (frame is null)
        {
            Refuse(CloseCode.Malformed, "A frame is one JSON object.");
            return;
        }

        // Sends keep their order once begun. Marks only rise; each waits for a checkpoint, which is to hold up nothing else.
        var beside = frame.Action.Text is "send_message" or "mark_read";
        if (!await session.BeginCommand(beside))
        {
            return;
        }

        // Begun before anything else is read, so that sends that are not waited for keep their order.
        var inLine = PutInLine(frame, await Begin(frame), _lastInLine);
        _lastInLine = inLine;
        if (beside)
        {
            session.CommandBegun();
        }
        else
        {
            await await inLine;
        }
    }

    private async ValueTask<Begun> Begin(ClientFrame frame)
    {
        try
        {
            return await session.Admit() is { } tooSoon ? new Begun(null, tooSoon) : new Begun(Do(frame), default);
        }
        catch (Exception failure)
        {
            return new Begun(null, session.Refuse(failure, "a client frame"));
        }
    }

    /// <summary>Answers come in the order of the commands. Completes when this one is in line; the task that it gives when it is written.</summary>
    private async Task<Task> PutInLine(ClientFrame frame, Begun command, Task before)
    {
        IFrameObject? result = null;
        var refusal = command.Refusal;
        try
        {
            result = command.Doing is { } doing ? await doing : null;
        }
        catch (Exception failure)
        {
            refusal = session.Refuse(failure, "a client frame");
        }

        await before;
        return End(Answer(frame, result, refusal));
    }

    private ValueTask<bool> Answer(ClientFrame frame, IFrameObject? result, Failure refusal)
    {
        try
        {
            if (result is not null)
            {
                return connection.SendReply(new ReplyFrame(frame.RequestId, result));
            }
        }
        catch (Exception failure)
        {
            refusal = session.Refuse(failure, "a client frame");
        }

        return connection.SendReply(new RefusalFrame(frame.RequestId, refusal));
    }

    private async Task End(ValueTask<bool> writing)
    {
        await writing;
        session.EndCommand();
    }

    private async Task<IFrameObject> Do(ClientFrame frame)
    {
        var commands = session.Commands;
        switch (frame.Action.AsString("action"))
        {
            case "send_message":
                return await commands.SendMessage(frame.ConversationId, frame.Text, frame.ClientMessageId, frame.Meta);
            case "set_active_conversation":
                return await commands.SetActiveConversation(frame.ConversationId, frame.Visible);
            case "mark_read":
                return await commands.MarkRead(frame.ConversationId, frame.Seq);
            case "mark_notification_read":
                return await commands.MarkNotificationRead(frame.NotificationId);
            case "mark_all_notifications_read":
                return await commands.MarkAllNotificationsRead();
            case "typing":
                return await commands.Typing(frame.ConversationId);
            case "ping":
                var head = await commands.Ping(frame.Cursor);
                await connection.SendFrame(new PongFrame(frame.RequestId, head));
                return new PositionObject(head);
            default:
                throw Errors.ChatException.Invalid("There is no such action.");
        }
    }

    /// <summary>
    /// Closes, and goes on reading meanwhile, so that the device's own close is seen; what else it sends is passed over.
    /// </summary>
    private void Refuse(CloseCode code, string reason) => _ = session.Close(code, reason);

    private Task Close(CloseCode code, string reason)
    {
        connection.Closed.TrySetResult();
        return session.Close(code, reason);
    }

    private void Reset()
    {
        if (_buffer.Length > IdleBytes)
        {
            _buffer.Dispose();
            _buffer = new FrameBuffer(IdleBytes);
        }

        _buffer.Clear();
    }

    /// <param name="Doing">Null where it was refused.</param>
    private readonly record struct Begun(Task<IFrameObject>? Doing, Failure Refusal);
}
