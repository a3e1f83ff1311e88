using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Frames;

/// <summary>Why a message did or did not notify its user; without content.</summary>
public readonly record struct ReasonObject(NotificationReason Reason) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(8);
        writer.Field(Names.MessageId, Reason.MessageId.ToString());
        writer.Field(Names.ConversationId, Reason.MessageId.Conversation.Value);
        writer.Field(Names.Reason, Words.Of(Reason.Outcome));
        writer.Field(Names.DeviceId, Reason.DeviceId);
        writer.Field(Names.NotificationId, Reason.NotificationId);
        writer.Field(Names.Read, !Reason.Unread);
        writer.Field(Names.Deleted, Reason.Deleted);
        writer.Name(Names.Timestamp);
        if (Reason.Timestamp is { } at)
        {
            writer.Time(at);
        }
        else
        {
            writer.Null();
        }

        writer.EndObject();
    }
}

/// <summary>What an audit of a user's feed and unread counts found: <c>drift</c> is 0 if all is well.</summary>
public readonly record struct AuditObject(UserId User, AuditReport Report) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(7);
        writer.Field(Names.UserId, User.Value);
        writer.Field(Names.Cursor, Report.Cursor);
        writer.Field(Names.CheckedEvents, Report.CheckedEvents);
        writer.Field(Names.CheckedConversations, Report.CheckedConversations);
        writer.Field(Names.CheckedMessages, Report.CheckedMessages);
        writer.Field(Names.Drift, Report.Findings.Length);
        writer.Name(Names.Findings);
        writer.BeginArray(Report.Findings.Length);
        foreach (var finding in Report.Findings)
        {
            writer.BeginObject(4);
            writer.Field(Names.Kind, Words.Of(finding.Kind));
            writer.Field(Names.ConversationId, finding.ConversationId?.Value);
            writer.Field(Names.Expected, finding.Expected);
            writer.Field(Names.Found, finding.Found);
            writer.EndObject();
        }

        writer.EndArray();
        writer.EndObject();
    }
}
