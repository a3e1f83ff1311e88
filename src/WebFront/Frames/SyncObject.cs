using System.Collections.Immutable;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Frames;

/// <summary>A page of the feed as REST gives it: events where it was resumed, else a snapshot.</summary>
/// <param name="Position">That of its last event, or where it begins if it has none.</param>
public sealed record SyncPage(
    FeedPosition Position, long Head, bool Resumed, ImmutableArray<EventFrame> Events, Snapshot? Snapshot)
{
    public bool More => Position.Cursor < Head;
}

public readonly record struct SyncObject(SyncPage Page) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(Page.Snapshot is null ? 6 : 7);
        writer.Field(Names.Epoch, Page.Position.Epoch);
        writer.Field(Names.Cursor, Page.Position.Cursor);
        writer.Field(Names.Head, Page.Head);
        writer.Field(Names.More, Page.More);
        writer.Field(Names.Resumed, Page.Resumed);
        writer.Name(Names.Events);
        writer.BeginArray(Page.Events.Length);
        foreach (var frame in Page.Events)
        {
            frame.Write(ref writer);
        }

        writer.EndArray();
        if (Page.Snapshot is { } snapshot)
        {
            writer.Field(Names.Snapshot, new SnapshotObject(snapshot));
        }

        writer.EndObject();
    }
}
