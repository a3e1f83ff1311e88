using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Frames;

/// <summary>Typing, presence and others' receipts: without a cursor.</summary>
public readonly record struct EphemeralFrame(Ephemeral Ephemeral) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        switch (Ephemeral.Kind)
        {
            case EphemeralKind.Presence:
                writer.BeginObject(3);
                writer.Field(Names.EventType, Words.Presence);
                writer.Field(Names.UserId, Ephemeral.UserId.Value);
                writer.Field(Names.Online, Ephemeral.Online);
                break;
            case EphemeralKind.Typing:
                writer.BeginObject(3);
                writer.Field(Names.EventType, Words.Typing);
                writer.Field(Names.ConversationId, Ephemeral.ConversationId.Value);
                writer.Field(Names.UserId, Ephemeral.UserId.Value);
                break;
            default:
                writer.BeginObject(4);
                writer.Field(Names.EventType, Words.ConversationRead);
                writer.Field(Names.ConversationId, Ephemeral.ConversationId.Value);
                writer.Field(Names.UserId, Ephemeral.UserId.Value);
                writer.Field(Names.ReadSeq, Ephemeral.ReadSeq);
                break;
        }

        writer.EndObject();
    }
}

/// <summary>Stands for events that a slow reader did not get.</summary>
public readonly record struct BehindFrame(Behind Behind) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(4);
        writer.Field(Names.EventType, Words.Behind);
        writer.Field(Names.FromCursor, Behind.FromCursor);
        writer.Field(Names.ToCursor, Behind.ToCursor);
        writer.Name(Names.Conversations);
        writer.BeginObject(Behind.Conversations.Length);
        foreach (var mark in Behind.Conversations)
        {
            writer.PropertyName(mark.ConversationId.Value);
            writer.BeginObject(3);
            writer.Field(Names.LastSeq, mark.LastSeq);
            writer.Field(Names.Rev, mark.Rev);
            writer.Field(Names.Unread, Math.Max(0, mark.LastSeq - mark.ReadSeq));
            writer.EndObject();
        }

        writer.EndObject();
        writer.EndObject();
    }
}

/// <summary>The first frame of a connection, and again where its feed goes on under a new epoch.</summary>
/// <param name="Resumed">True: exactly the events after the cursor follow. False: begin from the snapshot.</param>
/// <param name="Replayed">How many events were waiting.</param>
public sealed record Hello(
    string UserId, FeedPosition Position, bool Resumed, long Replayed, string SessionId, int HeartbeatSeconds, Snapshot? Snapshot)
{
    /// <summary>Raised when clients may rely on something new; nothing is ever taken away.</summary>
    public const int ContractLevel = 1;
}

public readonly record struct HelloFrame(Hello Hello) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(Hello.Snapshot is null ? 9 : 10);
        writer.Field(Names.EventType, Words.Hello);
        writer.Field(Names.UserId, Hello.UserId);
        writer.Field(Names.Epoch, Hello.Position.Epoch);
        writer.Field(Names.Cursor, Hello.Position.Cursor);
        writer.Field(Names.Resumed, Hello.Resumed);
        writer.Field(Names.Replayed, Hello.Replayed);
        writer.Field(Names.SessionId, Hello.SessionId);
        writer.Field(Names.HeartbeatSeconds, Hello.HeartbeatSeconds);
        writer.Field(Names.ContractLevel, Hello.ContractLevel);
        if (Hello.Snapshot is { } snapshot)
        {
            writer.Field(Names.Snapshot, new SnapshotObject(snapshot));
        }

        writer.EndObject();
    }
}
