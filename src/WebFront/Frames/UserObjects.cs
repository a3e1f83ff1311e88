using System.Collections.Immutable;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Frames;

/// <summary>The contract's <c>user</c>.</summary>
public readonly record struct UserObject(UserView User) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(5);
        writer.Field(Names.Id, User.Id.Value);
        writer.Field(Names.Name, User.Name);
        writer.Field(Names.UnreadNotifications, User.UnreadNotifications);
        writer.Field(Names.Cursor, User.Position.Cursor);
        writer.Field(Names.Epoch, User.Position.Epoch);
        writer.EndObject();
    }
}

/// <summary>The contract's <c>ticket</c>.</summary>
public readonly record struct TicketObject(string Ticket, DateTime ExpiresAt) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(2);
        writer.Field(Names.Ticket, Ticket);
        writer.Field(Names.ExpiresAt, ExpiresAt);
        writer.EndObject();
    }

    /// <summary>Without the ticket.</summary>
    public override string ToString() => $"TicketObject {{ {ExpiresAt:O} }}";
}

/// <summary>What a mark-read answers.</summary>
public readonly record struct ReadObject(ReadOutcome Outcome) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(2);
        writer.Field(Names.ReadSeq, Outcome.ReadSeq);
        writer.Field(Names.Unread, Outcome.Unread);
        writer.EndObject();
    }
}

/// <summary>The answer of a command that has nothing to tell: <c>{}</c>.</summary>
public readonly record struct NothingObject : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(0);
        writer.EndObject();
    }
}

/// <summary>The contract's <c>snapshot</c>: a device that can't be resumed begins from it.</summary>
/// <param name="More">True when the user is in more conversations than these.</param>
public sealed record Snapshot(
    ImmutableArray<ConversationObject> Conversations, bool More, ImmutableArray<Notification> Notifications, int UnreadNotifications);

public readonly record struct SnapshotObject(Snapshot Snapshot) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(4);
        writer.Name(Names.Conversations);
        writer.BeginArray(Snapshot.Conversations.Length);
        foreach (var conversation in Snapshot.Conversations)
        {
            conversation.Write(ref writer);
        }

        writer.EndArray();
        writer.Field(Names.More, Snapshot.More);
        writer.Field(Names.UnreadNotifications, Snapshot.UnreadNotifications);
        writer.Name(Names.Notifications);
        writer.BeginArray(Snapshot.Notifications.Length);
        foreach (var notification in Snapshot.Notifications)
        {
            new NotificationObject(notification).Write(ref writer);
        }

        writer.EndArray();
        writer.EndObject();
    }
}
