using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>What a device has read and not told yet. As a client should, it has one mark on the way and then tells the newest.</summary>
internal sealed class ReadMarks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Room, long> _untold = [];
    private long _request;

    public void Note(Room room, long seq)
    {
        lock (_gate)
        {
            _untold[room] = seq;
        }
    }

    /// <summary>Tells the newest mark, under a request number of its own, unless one is on the way.</summary>
    public void Tell(WireSocket? socket, WireProtocol protocol, ref long requests)
    {
        if (socket is not null && TryNext(ref requests, out var room, out var seq, out var request))
        {
            Span<byte> frame = stackalloc byte[256];
            socket.Send(protocol.Opcode, frame[..protocol.MarkRead(frame, request, room.IdBytes, seq)]);
        }
    }

    /// <summary>True where that was the answer to the mark on the way.</summary>
    public bool Answered(long request)
    {
        lock (_gate)
        {
            if (_request != request)
            {
                return false;
            }

            _request = 0;
            return true;
        }
    }

    /// <summary>The connection is a new one: what was on the way may be lost, and the next mark says more.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _request = 0;
        }
    }

    private bool TryNext(ref long requests, out Room room, out long seq, out long request)
    {
        lock (_gate)
        {
            (room, seq, request) = (null!, 0, 0);
            if (_request != 0 || _untold.Count == 0)
            {
                return false;
            }

            (room, seq) = _untold.First();
            _untold.Remove(room);
            request = _request = Interlocked.Increment(ref requests);
            return true;
        }
    }
}
