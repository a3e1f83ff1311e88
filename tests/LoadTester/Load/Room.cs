namespace ChatOrleans.LoadTester.Load;

/// <summary>One conversation of the load.</summary>
/// <param name="index">Its number in markers.</param>
/// <param name="members">Numbers of its people; the first created it.</param>
internal sealed class Room(int index, int[] members)
{
    public int Index => index;

    public int[] Members => members;

    /// <summary>The server's id of it.</summary>
    public string Id { get; set; } = "";

    /// <summary>The same as UTF-8.</summary>
    public byte[] IdBytes { get; set; } = [];
}

/// <summary>What one member sends into one room: numbers its messages, and knows which have not reached everybody.</summary>
/// <param name="online">Members who are connected, the first of the room; the sender is one of them.</param>
internal sealed class Sending(Room room, int sender, int window, int online)
{
    private const int Slots = 1 << 12;

    private readonly int[] _missing = new int[Slots];
    private long _last;
    private long _open;

    public Room Room => room;

    public int Sender => sender;

    public int Window => window;

    /// <summary>Messages sent so far.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Messages that have not reached everybody yet.</summary>
    public long Open => Volatile.Read(ref _open);

    public int Receivers => online - 1;

    /// <summary>Takes the next number. Called by one thread at a time.</summary>
    public long Next()
    {
        var number = _last + 1;
        Volatile.Write(ref _missing[number % Slots], Receivers);
        Interlocked.Increment(ref _open);
        Volatile.Write(ref _last, number);
        return number;
    }

    /// <summary>True for the receiver that was the last to get it.</summary>
    public bool Received(long number)
    {
        if (Interlocked.Decrement(ref _missing[number % Slots]) != 0)
        {
            return false;
        }

        Interlocked.Decrement(ref _open);
        return true;
    }
}
