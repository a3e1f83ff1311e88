using System.Text;
using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Servers;

/// <summary>A SignalR server of our own making (tests/Peers), for comparison: rooms are groups, nothing is kept but what its store keeps.</summary>
internal sealed class PeerServer(Uri address) : IChatServer
{
    public Uri Address(WireProtocol protocol, Person person, long? cursor, string? epoch) => new(
        address, $"{protocol.Path}?user={person.Id}&rooms={string.Join(',', person.Rooms.Select(room => room.Id))}");

    public Task Create(Room room, IReadOnlyList<Person> people, CancellationToken cancellationToken)
    {
        room.Id = $"room{room.Index}";
        room.IdBytes = Encoding.UTF8.GetBytes(room.Id);
        return Task.CompletedTask;
    }

    /// <summary>A peer keeps no history, and tells nobody that they are behind.</summary>
    public Task<IReadOnlyList<(long Seq, byte[] Text)>> Messages(Person reader, Room room, long after, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(long, byte[])>>([]);

    /// <param name="kind">none, redis or sqlite.</param>
    public static async Task<StartedServer> Start(string kind, CancellationToken cancellationToken)
    {
        var program = await Programs.Publish("tests/Peers", "ChatOrleans.Peers.dll", cancellationToken);
        var process = new ServerProcess();
        try
        {
            List<string> arguments = [program, "--urls", process.Address.ToString(), "--store", kind];
            if (kind == "redis")
            {
                var port = ServerProcess.FreePort();
                process.Run("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
                arguments.AddRange(["--redis", $"127.0.0.1:{port}"]);
            }

            process.Run("dotnet", arguments);
            await process.Ready("/", cancellationToken);
            return new($"SignalR, {kind}", new PeerServer(process.Address), process, new Dictionary<string, string> { ["rate limits"] = "none" });
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
