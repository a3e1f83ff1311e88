using System.Diagnostics;
using ChatOrleans.LoadTester.Drivers;
using HdrHistogram;

namespace ChatOrleans.LoadTester.Load;

/// <summary>
/// What flows: sends, counts what arrives, and sends on when a window opens. A delivery is a message that reached a member who did not
/// send it.
/// </summary>
internal sealed class Traffic(LoadOptions options, IReadOnlyList<Person> people, IReadOnlyList<Room> rooms, IReadOnlyList<Sending> sendings)
{
    private readonly Dictionary<(int Room, int Sender), Sending> _sendings = sendings.ToDictionary(one => (one.Room.Index, one.Sender));
    private readonly LongConcurrentHistogram _latency = new(1, TimeStamp.Seconds(60), 3);
    private long _deliveries;
    private long _refused;
    private volatile bool _sending;

    public LoadOptions Options => options;

    public IReadOnlyList<Person> People => people;

    public IReadOnlyList<Room> Rooms => rooms;

    public IReadOnlyList<Sending> Sendings => sendings;

    public LongConcurrentHistogram Latency => _latency;

    public long Deliveries => Volatile.Read(ref _deliveries);

    public long Refused => Volatile.Read(ref _refused);

    /// <summary>The first answer that was no success.</summary>
    public string? FirstRefusal { get; private set; }

    public long Sent => sendings.Sum(sending => sending.Last);

    /// <summary>Messages that somebody connected has not got yet.</summary>
    public long Open => sendings.Sum(sending => sending.Open);

    /// <summary>Reads every message when it comes.</summary>
    public bool MarksRead { get; init; }

    public void Start()
    {
        _sending = true;
        if (options.Rate > 0)
        {
            new Thread(SendAtRate) { IsBackground = true, Name = "sender" }.Start();
            return;
        }

        foreach (var sending in sendings)
        {
            var device = people[sending.Sender].Device!;
            for (var i = 0; i < sending.Window; i++)
            {
                device.Post(sending);
            }

            device.Flush();
        }
    }

    public void Stop() => _sending = false;

    /// <summary>A device got a message. Returns the device that must be flushed, because the message opened a window; or null.</summary>
    public Device? Received(Person person, in Marker marker, long seq)
    {
        if (marker.Room >= rooms.Count || !person.Ledger.Note(marker, seq) || marker.Sender == person.Index)
        {
            return null;
        }

        Interlocked.Increment(ref _deliveries);
        _latency.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - marker.Sent));
        if (MarksRead && seq > 0)
        {
            person.Device?.MarkRead(rooms[marker.Room], seq);
        }

        var sending = _sendings[(marker.Room, marker.Sender)];
        if (!sending.Received(marker.Number) || !_sending || options.Rate > 0)
        {
            return null;
        }

        var sender = people[marker.Sender].Device;
        sender?.Post(sending);
        return sender;
    }

    public void WasRefused(string answer)
    {
        if (Interlocked.Increment(ref _refused) == 1)
        {
            FirstRefusal = answer;
        }
    }

    /// <summary>What should have arrived and has not.</summary>
    public long Missing() => sendings.Sum(sending => sending.Room.Members
        .Where(member => member != sending.Sender && people[member].Device is not null)
        .Sum(member => Math.Max(0, sending.Last - people[member].Ledger.Count(sending.Room.Index, sending.Sender))));

    /// <summary>On a clock of its own: a server that falls behind is not spared.</summary>
    private void SendAtRate()
    {
        var random = new Random(options.Seed);
        var start = Stopwatch.GetTimestamp();
        for (long sent = 0; _sending;)
        {
            for (var due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * options.Rate); sent < due && _sending; sent++)
            {
                var sending = sendings[random.Next(sendings.Count)];
                if (people[sending.Sender].Device is { } device)
                {
                    device.Post(sending);
                    device.Flush();
                }
            }

            Thread.Sleep(1);
        }
    }
}
