using System.Collections.Immutable;

namespace ChatOrleans.Grains.Logs;

/// <summary>The newest rows of a track, decoded, so that what was just written is never read back. A ring, contiguous by index.</summary>
internal sealed class Tail<T>(int capacity)
{
    private T[] _ring = [];
    private long _first = 1;
    private int _count;

    public void Add(long index, T item)
    {
        if (_count > 0 && index != _first + _count)
        {
            _count = 0;
        }

        if (_count == 0)
        {
            _first = index;
        }

        if (_count == _ring.Length)
        {
            MakeRoom();
        }

        _ring[index % _ring.Length] = item;
        _count++;
    }

    public void Replace(long index, T item)
    {
        if (index >= _first && index < _first + _count)
        {
            _ring[index % _ring.Length] = item;
        }
    }

    /// <summary>False where a row of the range is not here. An empty range is always here.</summary>
    public bool TryRead(long from, long to, out ImmutableArray<T> items)
    {
        items = [];
        if (from > to)
        {
            return true;
        }

        if (from < _first || to >= _first + _count)
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<T>((int)(to - from + 1));
        for (var index = from; index <= to; index++)
        {
            read.Add(_ring[index % _ring.Length]);
        }

        items = read.MoveToImmutable();
        return true;
    }

    /// <summary>Most conversations are short-lived in memory: the ring begins small and doubles up to its capacity, then forgets the oldest.</summary>
    private void MakeRoom()
    {
        if (_count == capacity)
        {
            _first++;
            _count--;
            return;
        }

        var ring = new T[Math.Min(capacity, Math.Max(4, _ring.Length * 2))];
        for (var index = _first; index < _first + _count; index++)
        {
            ring[index % ring.Length] = _ring[index % _ring.Length];
        }

        _ring = ring;
    }
}
