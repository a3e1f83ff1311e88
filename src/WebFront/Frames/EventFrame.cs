using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Frames;

/// <summary>Which of its two shapes an event about a message has: fields at the top, under <c>message</c>, or both.</summary>
public enum FrameFormat
{
    Both = 0,
    Flat = 1,
    Nested = 2,
}

/// <summary>One durable event as one user's devices get it.</summary>
/// <param name="Self">Whose feed it is.</param>
/// <param name="Event">What the feed says.</param>
/// <param name="Conversation">NewConversation and ConversationUpdated: the conversation as it now is.</param>
public readonly record struct EventFrame(UserId Self, FeedEvent Event, ConversationObject? Conversation, FrameFormat Format) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        switch (Event.Entry.Kind)
        {
            case FeedEntryKind.NewMessage or FeedEntryKind.MessageUpdated or FeedEntryKind.MessageDeleted:
                WriteMessage(ref writer);
                break;
            case FeedEntryKind.NewConversation:
                WriteNewConversation(ref writer);
                break;
            case FeedEntryKind.SystemAlert or FeedEntryKind.NotificationAdded:
                Begin(ref writer, NotificationObject.FieldCount);
                NotificationObject.WriteFields(ref writer, Event.Notification!);
                break;
            case FeedEntryKind.ConversationUpdated:
                Begin(ref writer, 1);
                writer.Field(Names.Conversation, Conversation!.Value);
                break;
            case FeedEntryKind.ConversationRemoved:
                Begin(ref writer, 2);
                writer.Field(Names.ConversationId, Event.Entry.ConversationId!.Value.Value);
                writer.Field(Names.Reason, Event.Entry.By == Self ? Words.Left : Words.Removed);
                break;
            case FeedEntryKind.ConversationRead:
                WriteConversationRead(ref writer);
                break;
            default:
                WriteNotificationRead(ref writer);
                break;
        }

        writer.EndObject();
    }

    private void Begin<TWriter>(ref TWriter writer, int more)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(more + 2);
        writer.Field(Names.EventType, Words.Of(Event.Entry.Kind));
        writer.Field(Names.Cursor, Event.Entry.Cursor);
    }

    private void WriteMessage<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        var entry = Event.Entry;
        var message = MessageFragment.Of(Event.Message ?? Gone(entry));
        var fields = message.Fields(TWriter.Encoding);
        var isNew = entry.Kind == FeedEntryKind.NewMessage;
        Begin(ref writer, (isNew ? 2 : 0) + (Format == FrameFormat.Nested ? 0 : MessageObject.FieldCount) + (Format == FrameFormat.Flat ? 0 : 1));
        if (Format != FrameFormat.Nested)
        {
            writer.EncodedFields(fields);
        }

        if (isNew)
        {
            writer.Field(Names.Unread, entry.Unread);
            writer.Name(Names.NotificationId);
            if (entry.Verdict == NotificationVerdict.Notified)
            {
                writer.EncodedValue(message.NotificationId(TWriter.Encoding));
            }
            else
            {
                writer.Null();
            }
        }

        if (Format != FrameFormat.Flat)
        {
            writer.Name(Names.Message);
            writer.BeginObject(MessageObject.FieldCount);
            writer.EncodedFields(fields);
            writer.EndObject();
        }
    }

    /// <summary>Its row was removed by retention: the event still has its place in the feed, and says that nothing is left.</summary>
    private static Message Gone(FeedEntry entry) => new()
    {
        ConversationId = entry.ConversationId!.Value,
        Seq = entry.Seq,
        SenderId = entry.SenderId ?? new UserId("-"),
        Text = "",
        Timestamp = entry.Timestamp,
        Deleted = true,
    };

    private void WriteNewConversation<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        Begin(ref writer, NotificationObject.FieldCount + 1);
        NotificationObject.WriteFields(ref writer, Event.Notification!);
        writer.Field(Names.Conversation, Conversation!.Value);
    }

    private void WriteConversationRead<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        Begin(ref writer, 4);
        writer.Field(Names.ConversationId, Event.Entry.ConversationId!.Value.Value);
        writer.Field(Names.UserId, Self.Value);
        writer.Field(Names.ReadSeq, Event.Entry.ReadSeq);
        writer.Field(Names.Unread, Event.Entry.Unread);
    }

    private void WriteNotificationRead<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        Begin(ref writer, 1);
        var ids = Event.Entry.NotificationIds;
        if (ids.IsDefaultOrEmpty)
        {
            writer.Field(Names.AllUpToCursor, Event.Entry.AllUpToCursor);
            return;
        }

        writer.Name(Names.NotificationIds);
        writer.BeginArray(ids.Length);
        foreach (var id in ids)
        {
            writer.String(id);
        }

        writer.EndArray();
    }
}
