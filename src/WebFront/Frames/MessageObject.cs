using ChatOrleans.Conversations;

namespace ChatOrleans.WebFront.Frames;

/// <summary>The contract's <c>message</c>.</summary>
public readonly record struct MessageObject(Message Message) : IFrameObject
{
    /// <summary>How many fields a message has, wherever they stand.</summary>
    internal const int FieldCount = 12;

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(FieldCount);
        writer.EncodedFields(MessageFragment.Of(Message).Fields(TWriter.Encoding));
        writer.EndObject();
    }

    /// <summary>The fields themselves. Only <see cref="MessageFragment"/> needs them; everyone else splices what it keeps.</summary>
    internal static void WriteFields<TWriter>(ref TWriter writer, Message message)
        where TWriter : struct, IFrameWriter
    {
        writer.Field(Names.Id, message.Id.ToString());
        writer.Field(Names.ConversationId, message.ConversationId.Value);
        writer.Field(Names.Seq, message.Seq);
        writer.Field(Names.Text, message.Text);
        writer.Field(Names.Sender, message.Sender);
        writer.Field(Names.SenderId, message.SenderId.Value);
        writer.Field(Names.SenderName, message.SenderName);
        writer.Field(Names.Timestamp, message.Timestamp);
        writer.Name(Names.EditedAt);
        if (message.EditedAt is { } editedAt)
        {
            writer.Time(editedAt);
        }
        else
        {
            writer.Null();
        }

        writer.Field(Names.Deleted, message.Deleted);
        writer.Field(Names.ClientMessageId, message.ClientMessageId);
        writer.JsonField(Names.Meta, message.Meta);
    }
}
