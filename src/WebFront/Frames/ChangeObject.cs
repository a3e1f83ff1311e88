using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.WebFront.Frames;

/// <summary>
/// The contract's <c>change</c>: rev, at_seq, type, user_id and timestamp, then what it changed. <c>created</c>: kind, title, meta,
/// history, members. <c>member_…</c>: members. <c>conversation_changed</c>: those of title, meta, history that changed.
/// <c>message_…</c>: message_id and the message as it now is.
/// </summary>
public readonly record struct ChangeObject(ConversationId Conversation, Change Change) : IFrameObject
{
    private const int CommonFields = 5;

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        switch (Change.Type)
        {
            case ChangeType.Created:
                WriteCommon(ref writer, 5);
                writer.Field(Names.Kind, Words.Of(Change.Kind));
                writer.Field(Names.Title, Change.Title ?? "");
                writer.JsonField(Names.Meta, Change.Meta);
                writer.Field(Names.History, Words.Of(Change.History ?? HistoryAccess.All));
                WriteMembers(ref writer);
                break;
            case ChangeType.MemberAdded or ChangeType.MemberChanged or ChangeType.MemberRemoved:
                WriteCommon(ref writer, 1);
                WriteMembers(ref writer);
                break;
            case ChangeType.ConversationChanged:
                WriteConversationChanged(ref writer);
                break;
            default:
                WriteMessageChanged(ref writer);
                break;
        }

        writer.EndObject();
    }

    private void WriteCommon<TWriter>(ref TWriter writer, int more)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(CommonFields + more);
        writer.Field(Names.Rev, Change.Rev);
        writer.Field(Names.AtSeq, Change.AtSeq);
        writer.Field(Names.Type, Words.Of(Change.Type));
        writer.Field(Names.UserId, Change.UserId.Value);
        writer.Field(Names.Timestamp, Change.Timestamp);
    }

    private void WriteMembers<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.Name(Names.Members);
        writer.BeginArray(Change.Members.Length);
        foreach (var member in Change.Members)
        {
            writer.BeginObject(3);
            writer.Field(Names.UserId, member.UserId.Value);
            writer.Field(Names.Role, Words.Of(member.Role));
            writer.Field(Names.Label, member.Label);
            writer.EndObject();
        }

        writer.EndArray();
    }

    private void WriteConversationChanged<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        WriteCommon(ref writer, (Change.Title is null ? 0 : 1) + (Change.Meta is null ? 0 : 1) + (Change.History is null ? 0 : 1));
        if (Change.Title is { } title)
        {
            writer.Field(Names.Title, title);
        }

        if (Change.Meta is { } meta)
        {
            writer.JsonField(Names.Meta, meta);
        }

        if (Change.History is { } history)
        {
            writer.Field(Names.History, Words.Of(history));
        }
    }

    private void WriteMessageChanged<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        WriteCommon(ref writer, 2);
        writer.Field(Names.MessageId, new MessageId(Conversation, Change.MessageSeq).ToString());
        writer.Name(Names.Message);
        if (Change.Message is { } message)
        {
            new MessageObject(message).Write(ref writer);
        }
        else
        {
            writer.Null();
        }
    }
}
