using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;

namespace ChatOrleans.WebFront.Frames;

/// <summary>The answer to one client frame that succeeded.</summary>
/// <param name="RequestId">As the client sent it: a JSON string or number as text; null where it sent none.</param>
public readonly record struct ReplyFrame(string? RequestId, IFrameObject Result) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(4);
        writer.Field(Names.EventType, Words.Reply);
        writer.Name(Names.RequestId);
        writer.Json(RequestId ?? "null");
        writer.Field(Names.Ok, true);
        writer.Name(Names.Result);
        Result.Write(ref writer);
        writer.EndObject();
    }
}

/// <summary>The answer to one that failed, as <c>reply</c>; or, before a connection is closed, why, as <c>error</c>.</summary>
public readonly record struct RefusalFrame(string? RequestId, Failure Failure, bool Closing = false) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(Failure.RetryAfterSeconds is null ? 5 : 6);
        writer.Field(Names.EventType, Closing ? Words.Error : Words.Reply);
        writer.Name(Names.RequestId);
        writer.Json(RequestId ?? "null");
        writer.Field(Names.Ok, false);
        writer.Field(Names.Code, Words.Of(Failure.Code));
        writer.Field(Names.Message, Failure.Message);
        if (Failure.RetryAfterSeconds is { } seconds)
        {
            writer.Field(Names.RetryAfter, seconds);
        }

        writer.EndObject();
    }
}

/// <summary>The sign of life that answers a <c>ping</c>, before its reply: how far the feed is.</summary>
public readonly record struct PongFrame(string? RequestId, FeedPosition Head) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(5);
        writer.Field(Names.EventType, Words.Pong);
        writer.Name(Names.RequestId);
        writer.Json(RequestId ?? "null");
        writer.Field(Names.Ok, true);
        writer.Field(Names.Cursor, Head.Cursor);
        writer.Field(Names.Epoch, Head.Epoch);
        writer.EndObject();
    }
}

/// <summary>A place in the feed, as the result of a ping.</summary>
public readonly record struct PositionObject(FeedPosition Position) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(2);
        writer.Field(Names.Cursor, Position.Cursor);
        writer.Field(Names.Epoch, Position.Epoch);
        writer.EndObject();
    }
}
