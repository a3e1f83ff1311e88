using System.Text.Json.Nodes;
using ChatOrleans.Conversations;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Tests.Contract;
using Xunit;
using ErrorCode = ChatOrleans.Errors.ErrorCode;

namespace ChatOrleans.WebFront.Tests.Frames;

public sealed class EventFrameTests
{
    [Fact]
    public void NewMessage_AfterAnEdit_IsNotTheKeptOne()
    {
        var before = Json(new MessageObject(Samples.Message));
        var after = Json(new MessageObject(Samples.Edited));
        var again = Json(new MessageObject(Samples.Message with { }));

        Assert.Equal("Hello, all!", (string?)after["text"]);
        Assert.Equal(before.ToJsonString(), again.ToJsonString());
    }

    [Fact]
    public void NewMessage_WhoseRowIsGone_KeepsItsPlace()
    {
        var frame = Json(Samples.Event(Samples.Entry(FeedEntryKind.NewMessage) with { SenderId = Samples.Ada }));

        Assert.Equal(1842, (long?)frame["cursor"]);
        Assert.Equal(57, (long?)frame["seq"]);
        Assert.True((bool?)frame["deleted"]);
        Assert.Equal("", (string?)frame["text"]);
    }

    [Fact]
    public void Conversation_WithoutAMark_HasNothingUnread()
    {
        var conversation = Json(new ConversationObject(Samples.View, null));

        Assert.Equal(0, (long?)conversation["unread"]);
        Assert.Equal(57, (long?)conversation["read_seq"]);
    }

    [Fact]
    public void Conversation_WhoseMarkIsAhead_HasNothingUnread() =>
        Assert.Equal(0, (long?)Json(new ConversationObject(Samples.View, Samples.Mark with { ReadSeq = 60 }))["unread"]);

    /// <summary>What the reader has just posted is read for the conversation, before their own grain has heard of it.</summary>
    [Fact]
    public void Conversation_WhoseReaderHasPosted_HasNothingUnread()
    {
        var posted = Samples.View with { Members = [Samples.View.Members[0] with { ReadSeq = 57 }, .. Samples.View.Members.RemoveAt(0)] };

        var conversation = Json(new ConversationObject(posted, Samples.Mark with { ReadSeq = 56 }, Samples.Grace));

        Assert.Equal(0, (long?)conversation["unread"]);
        Assert.Equal(57, (long?)conversation["read_seq"]);
        Assert.Equal(1, (long?)Json(new ConversationObject(posted, Samples.Mark with { ReadSeq = 56 }, Samples.Ada))["unread"]);
        Assert.Equal(0, (long?)Json(new ConversationObject(posted with { LastSeq = 56 }, Samples.Mark with { ReadSeq = 56 }, Samples.Grace))["unread"]);
    }

    [Fact]
    public void EveryKindOfEntry_HasAnEventType()
    {
        foreach (var kind in Enum.GetValues<FeedEntryKind>())
        {
            Assert.NotEmpty(Words.Of(kind).Text);
        }

        Assert.All(Enum.GetValues<ChangeType>(), type => Assert.NotEmpty(Words.Of(type).Text));
        Assert.All(Enum.GetValues<ErrorCode>(), code => Assert.NotEmpty(Words.Of(code).Text));
    }

    private static JsonNode Json<TFrame>(TFrame frame)
        where TFrame : IFrameObject => JsonNode.Parse(FrameEncoder.Encode(frame))!;
}
