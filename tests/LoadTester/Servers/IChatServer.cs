using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Servers;

/// <summary>A server under load: ours at an address, or a peer of our own making.</summary>
internal interface IChatServer
{
    /// <summary>Where a person's device connects, going on after a position.</summary>
    Uri Address(WireProtocol protocol, Person person, long? cursor, string? epoch);

    /// <summary>Makes a room and puts its id into it.</summary>
    Task Create(Room room, IReadOnlyList<Person> people, CancellationToken cancellationToken);

    /// <summary>A page of the history after a seq, oldest first, texts as UTF-8.</summary>
    Task<IReadOnlyList<(long Seq, byte[] Text)>> Messages(Person reader, Room room, long after, CancellationToken cancellationToken = default);
}
