using System.Text;
using System.Text.Json.Nodes;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Realtime;
using ChatOrleans.WebFront.Realtime.Hubs;
using ChatOrleans.WebFront.Realtime.Sessions;
using ChatOrleans.WebFront.Realtime.Sockets;
using ChatOrleans.WebFront.Tests.Contract;
using Microsoft.AspNetCore.SignalR.Protocol;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>How one pull of the feed becomes bytes.</summary>
public sealed class BatchEncoderTests
{
    [Fact]
    public void Encode_PassesOverWhatWasSent()
    {
        var batch = new FeedBatch { Events = [Event(5), Event(6), Event(7)] };

        var (frames, cursor) = EncodeAll(batch, after: 6);

        Assert.Equal(7, cursor);
        Assert.Equal(7, (long)Assert.Single(frames)["cursor"]!);
    }

    [Fact]
    public void Encode_NothingToSend_WritesNothing()
    {
        var encoder = new BatchEncoder(Samples.Grace, new Recorder(SocketEnvelope.Single), new FeedBatch { Events = [Event(5)] }, null);
        using var buffer = new FrameBuffer();

        Assert.Equal(9, encoder.Encode(buffer, 9));

        Assert.Equal(0, buffer.Length);
        Assert.True(encoder.IsDone);
    }

    [Fact]
    public void Encode_AfterAGap_Refuses() =>
        Assert.Throws<FeedGapException>(() => EncodeAll(new FeedBatch { Events = [Event(8)] }, after: 6));

    [Fact]
    public void Encode_BehindFirst_ThenEvents_ThenWhatHasNoCursor()
    {
        var batch = new FeedBatch
        {
            Behind = new Behind(6, 20, [Samples.Mark]),
            Events = [Event(21)],
            Ephemerals = [new Ephemeral(EphemeralKind.Typing, Samples.Lounge, Samples.Ada)],
        };

        var (frames, cursor) = EncodeAll(batch, after: 6);

        Assert.Equal(["behind", "new_message", "typing"], frames.Select(f => (string?)f["event_type"]));
        Assert.Equal(21, cursor);
    }

    [Fact]
    public void Encode_AConversationThatCannotBeRead_IsStoodForByTheReadersMark()
    {
        var entry = Samples.Entry(FeedEntryKind.ConversationUpdated, 7) with { Seq = 0 };
        var told = new Dictionary<ConversationId, ToldConversation> { [Samples.Lounge] = new(null, Samples.Mark) };

        var (frames, cursor) = EncodeAll(new FeedBatch { Events = [new FeedEvent(entry, null, null)] }, after: 6, told);

        var behind = Assert.Single(frames);
        Assert.Equal(6, (long)behind["from_cursor"]!);
        Assert.Equal(7, (long)behind["to_cursor"]!);
        Assert.Equal("""{"last_seq":57,"rev":4,"unread":7}""", behind["conversations"]![Samples.Lounge.Value]!.ToJsonString());
        Assert.Equal(7, cursor);
    }

    [Fact]
    public void Encode_AConversationOfWhichNothingIsKnown_ClaimsNothing()
    {
        var entry = Samples.Entry(FeedEntryKind.ConversationUpdated, 7) with { Seq = 0 };
        var told = new Dictionary<ConversationId, ToldConversation> { [Samples.Lounge] = default };

        var (frames, cursor) = EncodeAll(new FeedBatch { Events = [new FeedEvent(entry, null, null)] }, after: 6, told);

        Assert.Empty(Assert.Single(frames)["conversations"]!.AsObject());
        Assert.Equal(7, cursor);
    }

    [Fact]
    public void Encode_Much_IsSeveralWrites()
    {
        var batch = new FeedBatch { Events = [.. Enumerable.Range(1, 500).Select(i => Event(i))] };

        var (frames, cursor) = EncodeAll(batch, after: 0, out var writes);

        Assert.Equal(500, cursor);
        Assert.Equal(Enumerable.Range(1, 500), frames.Select(f => (int)f["cursor"]!));
        Assert.InRange(writes, 5, 20);
    }

    /// <summary>What is paid for each member of a room: the buffer's own object, and nothing that grows with the message.</summary>
    [Fact]
    public void Encode_OneMessageForOneMoreMember_AllocatesNextToNothing()
    {
        var batch = new FeedBatch { Events = [Event(7)] };
        var connection = new Recorder(SocketEnvelope.Single);
        EncodeOften(connection, batch, times: 200);

        var before = GC.GetAllocatedBytesForCurrentThread();
        EncodeOften(connection, batch, times: 1_000);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;

        Assert.InRange(each, 0, 64);
    }

    private static void EncodeOften(DeviceConnection connection, FeedBatch batch, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var encoder = new BatchEncoder(Samples.Grace, connection, batch, null);
            using var buffer = new FrameBuffer();
            encoder.Encode(buffer, 6);
        }
    }

    /// <summary>Lengths on both sides of every form of a header, several frames in one write.</summary>
    [Fact]
    public void SocketFrames_OfEveryLength_AreReadAgain()
    {
        using var buffer = new FrameBuffer(64);
        int[] lengths = [0, 1, 60, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 65_000, 65_499, 65_500, 65_501, 65_502, 65_503, 65_504, 65_505, 70_000, 3];
        foreach (var length in lengths)
        {
            SocketEnvelope.Single.Wrap(buffer, new PongFrame($"\"{new string('x', length)}\"", new FeedPosition("e", 1)));
        }

        var frames = SplitSocketFrames(buffer.WrittenSpan);

        Assert.Equal(lengths, frames.Select(f => ((string?)f["request_id"])!.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    public void HubMessages_AreWhatSignalRReads(int events)
    {
        foreach (var (envelope, protocol) in new (FrameEnvelope, IHubProtocol)[]
        {
            (HubJsonEnvelope.Instance, new JsonHubProtocol()),
            (HubMessagePackEnvelope.Instance, new MessagePackHubProtocol()),
        })
        {
            var batch = new FeedBatch { Events = [.. Enumerable.Range(1, events).Select(i => Event(i))] };
            var encoder = new BatchEncoder(Samples.Grace, new Recorder(envelope), batch, null);
            using var buffer = new FrameBuffer(16);
            encoder.Encode(buffer, 0);
            var input = new System.Buffers.ReadOnlySequence<byte>(buffer.Written);

            Assert.True(protocol.TryParseMessage(ref input, new EventsBinder(), out var message));

            var invocation = Assert.IsType<InvocationMessage>(message);
            Assert.Equal("events", invocation.Target);
            Assert.Null(invocation.InvocationId);
            Assert.Equal(events, Assert.IsType<object[]>(Assert.Single(invocation.Arguments)).Length);
            Assert.True(input.IsEmpty);
        }
    }

    private static FeedEvent Event(long cursor) =>
        new(Samples.Entry(FeedEntryKind.NewMessage, cursor) with { Verdict = NotificationVerdict.Notified, SenderId = Samples.Ada }, Samples.Message, null);

    private static (List<JsonObject> Frames, long Cursor) EncodeAll(
        FeedBatch batch, long after, Dictionary<ConversationId, ToldConversation>? told = null) => EncodeAll(batch, after, out _, told);

    private static (List<JsonObject> Frames, long Cursor) EncodeAll(
        FeedBatch batch, long after, out int writes, Dictionary<ConversationId, ToldConversation>? told = null)
    {
        var frames = new List<JsonObject>();
        var encoder = new BatchEncoder(Samples.Grace, new Recorder(SocketEnvelope.Single), batch, told);
        for (writes = 0; !encoder.IsDone; writes++)
        {
            using var buffer = new FrameBuffer();
            after = encoder.Encode(buffer, after);
            frames.AddRange(SplitSocketFrames(buffer.WrittenSpan));
        }

        return (frames, after);
    }

    private static List<JsonObject> SplitSocketFrames(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<JsonObject>();
        while (!bytes.IsEmpty)
        {
            Assert.Equal(0x81, bytes[0]);
            var (size, length) = bytes[1] switch
            {
                < 126 => (2, bytes[1]),
                126 => (4, (bytes[2] << 8) | bytes[3]),
                _ => (10, (int)System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes[2..])),
            };
            Assert.Equal(size, length < 126 ? 2 : length <= ushort.MaxValue ? 4 : 10);
            frames.Add(JsonNode.Parse(Encoding.UTF8.GetString(bytes.Slice(size, length)))!.AsObject());
            bytes = bytes[(size + length)..];
        }

        return frames;
    }

    /// <summary>Only says how its frames are put together: nothing is sent here.</summary>
    private sealed class Recorder(FrameEnvelope envelope) : DeviceConnection(FrameFormat.Both, envelope)
    {
        public override string Transport => "none";

        public override long HeardAt => 0;

        public override bool IsBackedUp => false;

        public override ValueTask<bool> Send(ReadOnlyMemory<byte> bytes) => new(true);

        public override void Ping()
        {
        }

        public override Task Close(CloseCode code, string reason, TimeSpan? retryAfter) => Task.CompletedTask;
    }
}
