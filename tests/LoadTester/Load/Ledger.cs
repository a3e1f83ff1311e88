namespace ChatOrleans.LoadTester.Load;

/// <summary>
/// What one person has received: notices repeats, disorder and loss. One thread at a time (a connection's reader) writes to it.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<(int Room, int Sender), Received> _received = [];
    private readonly Dictionary<int, long> _lastSeq = [];

    public long Repeated { get; private set; }

    public long Disordered { get; private set; }

    /// <summary>Notes one message; false where it is a repeat.</summary>
    /// <param name="seq">Its place in the conversation; 0 where the server has none.</param>
    public bool Note(in Marker marker, long seq)
    {
        if (!_received.TryGetValue((marker.Room, marker.Sender), out var received))
        {
            _received[(marker.Room, marker.Sender)] = received = new Received();
        }

        if (marker.Number <= received.Last && !received.Missing.Remove(marker.Number))
        {
            Repeated++;
            return false;
        }

        if (marker.Number != received.Last + 1)
        {
            Disordered++;
        }

        for (var missing = received.Last + 1; missing < marker.Number; missing++)
        {
            received.Missing.Add(missing);
        }

        received.Last = Math.Max(received.Last, marker.Number);
        NoteSeq(marker.Room, seq);
        return true;
    }

    /// <summary>How many of a sender's messages in a room are here.</summary>
    public long Count(int room, int sender) =>
        _received.TryGetValue((room, sender), out var received) ? received.Last - received.Missing.Count : 0;

    /// <summary>The last message of a room that is here.</summary>
    public long LastSeq(int room) => _lastSeq.GetValueOrDefault(room);

    /// <summary>Between senders only the server's order counts.</summary>
    private void NoteSeq(int room, long seq)
    {
        if (seq <= 0)
        {
            return;
        }

        if (_lastSeq.TryGetValue(room, out var last) && seq != last + 1)
        {
            Disordered++;
        }

        _lastSeq[room] = seq;
    }

    private sealed class Received
    {
        public long Last { get; set; }

        public HashSet<long> Missing { get; } = [];
    }
}
