using System.Collections.Immutable;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.WebFront.Frames;

/// <summary>
/// The contract's <c>conversation</c>: what its grain tells of it, and what only the reader's own grain knows. Without a mark
/// (the reader has left, or has just joined) nothing counts as unread.
/// </summary>
/// <param name="Reader">Whose mark it is; null where it is nobody's.</param>
public readonly record struct ConversationObject(ConversationView View, ConversationMark? Mark, UserId? Reader = null) : IFrameObject
{
    /// <summary>
    /// Either grain may know more: what one has posted oneself is read for the conversation at once and for one's own grain once it
    /// has learned of it, what one has read the other way round.
    /// </summary>
    private long ReadSeq => Mark is null
        ? View.LastSeq
        : Math.Min(View.LastSeq, View.Members is [var first, ..] && first.UserId == Reader ? Math.Max(Mark.ReadSeq, first.ReadSeq) : Mark.ReadSeq);

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        var readSeq = ReadSeq;
        writer.BeginObject(15);
        writer.Field(Names.Id, View.Id.Value);
        writer.Field(Names.Kind, Words.Of(View.Kind));
        writer.Field(Names.Title, View.Title);
        writer.JsonField(Names.Meta, View.Meta);
        writer.Field(Names.History, Words.Of(View.History));
        writer.Name(Names.Members);
        writer.BeginArray(View.Members.Length);
        foreach (var member in View.Members)
        {
            new MemberObject(member).Write(ref writer);
        }

        writer.EndArray();
        writer.Field(Names.MemberCount, View.MemberCount);
        writer.Field(Names.CreatedAt, View.CreatedAt);
        writer.Field(Names.FirstSeq, View.FirstSeq);
        writer.Field(Names.LastSeq, View.LastSeq);
        writer.Field(Names.Rev, View.Rev);
        writer.Field(Names.ReadSeq, readSeq);
        writer.Field(Names.Unread, View.LastSeq - readSeq);
        writer.Field(Names.Muted, Mark is { Muted: true });
        writer.Name(Names.LastMessage);
        if (View.LastMessage is { } last)
        {
            new MessageObject(last).Write(ref writer);
        }
        else
        {
            writer.Null();
        }

        writer.EndObject();
    }
}

/// <summary>One of a conversation's <c>members</c>.</summary>
public readonly record struct MemberObject(MemberView Member) : IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginObject(6);
        writer.Field(Names.UserId, Member.UserId.Value);
        writer.Field(Names.Name, Member.Name);
        writer.Field(Names.Role, Words.Of(Member.Role));
        writer.Field(Names.Label, Member.Label);
        writer.Field(Names.ReadSeq, Member.ReadSeq);
        writer.Field(Names.Online, Member.Online);
        writer.EndObject();
    }
}

/// <summary>Objects of one kind as a bare array.</summary>
public readonly record struct FrameList<TObject>(ImmutableArray<TObject> Items) : IFrameObject
    where TObject : struct, IFrameObject
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : struct, IFrameWriter
    {
        writer.BeginArray(Items.Length);
        foreach (var item in Items)
        {
            item.Write(ref writer);
        }

        writer.EndArray();
    }
}
