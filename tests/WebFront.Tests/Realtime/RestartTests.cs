using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>Devices that come back to a server that was stopped and started on the same data.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("chat-restart-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Resume_OverACleanRestart_GetsExactlyWhatItMissed(int missed)
    {
        string room;
        long cursor;
        string epoch;
        using (var server = Start())
        {
            room = await server.Room("ada", "grace");
            await using var grace = await SocketDevice.Connect(server, "grace");
            await grace.Next("hello");
            await server.Post("ada", room, "seen");
            cursor = (long)(await grace.Next("new_message"))["cursor"]!;
            epoch = (string)grace.Frames[0]["epoch"]!;
            await grace.DisposeAsync();
            await Task.WhenAll(Enumerable.Range(0, missed).Select(i => server.Post("ada", room, $"missed {i}")));
        }

        using var again = Start();
        await using var device = await SocketDevice.Connect(again, "grace", $"cursor={cursor}&epoch={epoch}");

        Assert.True((bool)(await device.Next("hello"))["resumed"]!);
        await again.Post("ada", room, "live");
        var messages = await device.Messages(missed + 1);
        Assert.Equal(Enumerable.Range(2, missed + 1), messages.Select(m => (int)m["seq"]!));
        Assert.Equal(Enumerable.Range(1, missed + 1).Select(i => cursor + i), messages.Select(m => (long)m["cursor"]!));
        Assert.Equal("live", (string?)messages[^1]["text"]);
    }

    private ChatServer Start() => new(("Cluster:Profile", "Embedded"), ("Storage:Path", _data));
}
