using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Servers;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>What a <c>behind</c> frame stands for: where each of a person's rooms is, for reading on by seq.</summary>
internal sealed record LeftOut(IReadOnlyList<(Room Room, long LastSeq)> Rooms, long ToCursor)
{
    public static bool TryRead(WireProtocol protocol, ReadOnlySpan<byte> message, Person person, out LeftOut leftOut)
    {
        var rooms = new List<(Room, long)>();
        foreach (var room in person.Rooms)
        {
            // Its position is the first field of the room's object.
            var position = protocol.After(message, room.IdBytes);
            if (!position.IsEmpty)
            {
                rooms.Add((room, protocol.Last(position[..Math.Min(position.Length, 32)], "last_seq"u8)));
            }
        }

        leftOut = new LeftOut(rooms, protocol.Last(message, "to_cursor"u8));
        return protocol.Text(message, "event_type"u8) == "behind" && leftOut.ToCursor > 0;
    }

    /// <summary>As a client must: the device took its events too slowly, so it reads on by seq, and only then what came after.</summary>
    public async Task Pull(IChatServer server, Person person, Action<Marker, long> received)
    {
        foreach (var (room, lastSeq) in Rooms)
        {
            for (var after = person.Ledger.LastSeq(room.Index); after < lastSeq;)
            {
                foreach (var (seq, text) in await server.Messages(person, room, after))
                {
                    after = seq;
                    if (seq <= lastSeq && Marker.TryRead(text.AsSpan(Marker.Opening.Length), out var marker, out _))
                    {
                        received(marker, seq);
                    }
                }
            }
        }
    }
}
