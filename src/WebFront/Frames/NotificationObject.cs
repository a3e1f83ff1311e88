using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Frames;

/// <summary>The contract's <c>notification</c>. Its meta alone is in camel case, as clients have long had it.</summary>
public readonly record struct NotificationObject(Notification Notification) : IFrameObject
{
    internal const int FieldCount = 7;

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(FieldCount);
        WriteFields(ref writer, Notification);
        writer.EndObject();
    }

    internal static void WriteFields<TWriter>(ref TWriter writer, Notification notification)
        where TWriter : struct, IFrameWriter
    {
        writer.Field(Names.Id, notification.Id);
        writer.Field(Names.Type, Words.Of(notification.Type));
        writer.Field(Names.Title, notification.Title);
        writer.Field(Names.Content, notification.Content);
        writer.Name(Names.Meta);
        WriteMeta(ref writer, notification);
        writer.Field(Names.Timestamp, notification.Timestamp);
        writer.Field(Names.Read, notification.Read);
    }

    private static void WriteMeta<TWriter>(ref TWriter writer, Notification notification)
        where TWriter : struct, IFrameWriter
    {
        if (notification.ConversationId is not { } conversation)
        {
            writer.Json(notification.Meta);
            return;
        }

        var ofMessage = notification.Type == NotificationType.NewMessage;
        writer.BeginObject(ofMessage ? 3 : 2);
        writer.Field(Names.MetaConversationId, conversation.Value);
        writer.Field(Names.Sender, notification.Sender);
        if (ofMessage)
        {
            writer.Field(Names.MetaMessageId, new MessageId(conversation, notification.MessageSeq).ToString());
        }

        writer.EndObject();
    }
}
