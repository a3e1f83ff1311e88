using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Users;
using ChatOrleans.Ids;
using ChatOrleans.Silo.Storage.Memory;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Frames;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace ChatOrleans.Benchmarks;

/// <summary>Encoding a message's row and staging it for the next write.</summary>
[MemoryDiagnoser]
public class AppendAndEncode
{
    private readonly Serializer<Message> _serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<Message>>();
    private readonly Message _message = Samples.Message(1);
    private GrainLog _log = null!;

    [GlobalSetup]
    public void Setup() => _log = new GrainLog(new MemoryLogStore(), new LogOwner("conversation/bench"), () => { }, _ => { });

    [Benchmark]
    public byte[] Encode() => _serializer.SerializeToArray(_message);

    [Benchmark]
    public Task Append()
    {
        _log.Begin();
        _log.Append(LogTrack.Messages, _serializer.SerializeToArray(_message));
        return _log.Flush();
    }
}

/// <summary>What one message costs in a member's inbox.</summary>
[MemoryDiagnoser]
public class FanOut
{
    private static readonly UserId _me = new("ada");
    private readonly ConversationId _conversation = ConversationId.New();
    private Inbox _inbox = null!;

    [IterationSetup]
    public void Setup()
    {
        _inbox = new Inbox(_me);
        _inbox.Apply(new FeedEntry { Cursor = 1, Kind = FeedEntryKind.NewConversation, Timestamp = default, ConversationId = _conversation, Rev = 1 });
    }

    [Benchmark(OperationsPerInvoke = 10_000)]
    public void Apply()
    {
        for (var i = 1; i <= 10_000; i++)
        {
            _inbox.Apply(new FeedEntry
            {
                Cursor = i + 1,
                Kind = FeedEntryKind.NewMessage,
                Timestamp = default,
                ConversationId = _conversation,
                Seq = i,
                Verdict = NotificationVerdict.Shown,
            });
        }
    }
}

/// <summary>One member's frame of a message: the first in a process, and every further one, which splices the same fields.</summary>
[MemoryDiagnoser]
public class EncodeFrame : IDisposable
{
    private readonly FrameBuffer _buffer = new();
    private readonly ImmutableArray<FeedEvent> _events = [.. Enumerable.Range(1, 64).Select(Samples.Event)];
    private int _next;

    [Params(FrameEncoding.Json, FrameEncoding.MessagePack)]
    public FrameEncoding Encoding { get; set; }

    [Benchmark]
    public int SameMessage() => Write(_events[0]);

    [Benchmark]
    public int OtherMessages() => Write(_events[_next++ % _events.Length]);

    [GlobalCleanup]
    public void Dispose() => _buffer.Dispose();

    private int Write(FeedEvent one)
    {
        _buffer.Clear();
        FrameEncoder.Write(_buffer, new EventFrame(new UserId("ada"), one, null, default), Encoding);
        return _buffer.Length;
    }
}

internal static class Samples
{
    private static readonly ConversationId _conversation = ConversationId.New();

    public static Message Message(long seq) => new()
    {
        ConversationId = _conversation,
        Seq = seq,
        SenderId = new UserId("grace"),
        SenderName = "Grace",
        Text = new string('x', 100),
        Timestamp = DateTime.UnixEpoch,
        ClientMessageId = "01890a5d-ac96-774b-bcce-b302099a8057",
    };

    public static FeedEvent Event(int seq) => new(
        new FeedEntry
        {
            Cursor = seq,
            Kind = FeedEntryKind.NewMessage,
            Timestamp = DateTime.UnixEpoch,
            ConversationId = _conversation,
            Seq = seq,
            Unread = 1,
            Verdict = NotificationVerdict.Notified,
        },
        Message(seq),
        null);
}
