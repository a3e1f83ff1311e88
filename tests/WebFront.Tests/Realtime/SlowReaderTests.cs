using System.Text;
using System.Text.Json.Nodes;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Commands;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>A device that does not read while a room is busy.</summary>
public sealed class SlowReaderTests
{
    private const int Messages = 3_000;

    [Fact]
    public async Task SlowReader_GetsABehind_AndTheOthersAreNotSlowed()
    {
        using var server = new ChatServer();
        var room = await server.Room("ada", "grace", "linus");
        await using var fast = await SocketDevice.Connect(server, "linus", "format=flat");
        await fast.Next("hello");
        using var slow = new MuteSocket { ReceiveBuffer = 16 * 1024 };
        await slow.Connect(server.SocketAddress("user_id=grace"));
        var hello = await slow.ReadUntil("hello", TimeSpan.FromSeconds(30));

        var grain = server.Grains.Conversation(room);
        var text = new string('x', 2_000);
        foreach (var chunk in Enumerable.Range(0, Messages).Chunk(200))
        {
            await Task.WhenAll(chunk.Select(_ => grain.Post(new PostMessage { Actor = new Actor(new UserId("ada"), "Ada"), Text = text })));
            await fast.Messages(chunk[^1] + 1);
        }

        Assert.DoesNotContain(fast.Frames, f => (string?)f["event_type"] == "behind");
        var (cursor, left) = ((long)hello["cursor"]!, 0L);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (cursor < (long)hello["cursor"]! + Messages)
        {
            var (opcode, payload) = await slow.ReadFrame(limit.Token);
            var frame = opcode == 1 ? JsonNode.Parse(Encoding.UTF8.GetString(payload))!.AsObject() : [];
            if ((string?)frame["event_type"] == "behind")
            {
                Assert.Equal(cursor, (long)frame["from_cursor"]!);
                left += (long)frame["to_cursor"]! - cursor;
                cursor = (long)frame["to_cursor"]!;
                Assert.True((long)frame["conversations"]![room]!["last_seq"]! > 0);
            }
            else if (frame.ContainsKey("cursor"))
            {
                Assert.Equal(++cursor, (long)frame["cursor"]!);
            }
        }

        Assert.True(left > 0, "Nothing was left out, though nothing was read.");
        // Far less than the 12 MB that it would have been: what the kernels and one write hold.
        Assert.True(slow.BytesRead < 6 * 1024 * 1024, $"{slow.BytesRead} bytes were kept for a device that read nothing.");
    }
}
