using ChatOrleans.Jobs;

namespace ChatOrleans.WebFront.Frames;

/// <summary>How far a job on a user's data is.</summary>
public readonly record struct JobObject(DataJob Job) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(8);
        writer.Field(Names.Kind, Words.Of(Job.Kind));
        writer.Field(Names.Running, Job.IsRunning);
        writer.Field(Names.StartedAt, Job.StartedAt);
        writer.Name(Names.FinishedAt);
        if (Job.FinishedAt is { } finished)
        {
            writer.Time(finished);
        }
        else
        {
            writer.Null();
        }

        writer.Field(Names.Conversations, Job.Conversations.IsDefault ? 0 : Job.Conversations.Length);
        writer.Field(Names.ConversationsDone, Job.ConversationsDone);
        writer.Field(Names.Messages, Job.Messages);
        writer.Field(Names.Failures, Job.Failures);
        writer.EndObject();
    }
}

/// <summary>A line of an export.</summary>
public readonly record struct ExportLine(ExportItem Item) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(2);
        writer.Name(Names.Type);
        if (Item.Message is { } message)
        {
            writer.Word(Names.Message);
            writer.Field(Names.Message, new MessageObject(message));
        }
        else if (Item.Conversation is { } conversation)
        {
            writer.Word(Names.Conversation);
            writer.Field(Names.Conversation, new ConversationObject(conversation, null));
        }
        else
        {
            writer.Word(Names.User);
            writer.Field(Names.User, new UserObject(Item.User!));
        }

        writer.EndObject();
    }
}
