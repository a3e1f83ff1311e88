using System.Text.Json;
using ChatOrleans.LoadTester.Drivers;
using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Servers;

/// <summary>The fronts of one cluster, or a server alone: people come in through all of them, the two of a pair through different ones.</summary>
internal sealed class Fronts(IReadOnlyList<ChatOrleansServer> fronts) : IChatServer, IDisposable
{
    public Uri Address(WireProtocol protocol, Person person, long? cursor, string? epoch) => Of(person).Address(protocol, person, cursor, epoch);

    public Task Create(Room room, IReadOnlyList<Person> people, CancellationToken cancellationToken) =>
        Of(people[room.Members[0]]).Create(room, people, cancellationToken);

    public Task<IReadOnlyList<(long Seq, byte[] Text)>> Messages(Person reader, Room room, long after, CancellationToken cancellationToken) =>
        Of(reader).Messages(reader, room, after, cancellationToken);

    public Task<JsonElement> Call(Person caller, HttpMethod method, string path, CancellationToken cancellationToken) =>
        Of(caller).Call(caller, method, path, cancellationToken);

    public void Dispose()
    {
        foreach (var front in fronts)
        {
            front.Dispose();
        }
    }

    private ChatOrleansServer Of(Person person) => fronts[person.Index % fronts.Count];
}
