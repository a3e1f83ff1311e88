using System.Buffers;

namespace ChatOrleans.WebFront.Frames;

/// <summary>
/// A growing buffer of rented bytes that frames are encoded into. Not thread-safe. Disposing gives the bytes back; whoever sends
/// <see cref="Written"/> must be done with it by then.
/// </summary>
public sealed class FrameBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes;

    public FrameBuffer(int capacity = 1024) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    /// <summary>Where the bytes to send begin: an envelope may leave a hole in front of its header.</summary>
    public int Start { get; set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(Start, Length - Start);

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(Start, Length - Start);

    /// <summary>Written bytes, to be changed in place.</summary>
    public Span<byte> At(int offset, int length) => _bytes.AsSpan(offset, length);

    /// <summary>Room for at least so many bytes; write, then <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Grow(count);
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void Write(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Moves what was written from an offset on by so many bytes, forward or back.</summary>
    public void Shift(int offset, int by)
    {
        var length = Length - offset;
        Reserve(Math.Max(by, 0));
        _bytes.AsSpan(offset, length).CopyTo(_bytes.AsSpan(offset + by));
        Length += by;
    }

    public void Clear() => (Start, Length) = (0, 0);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => Reserve(Math.Max(sizeHint, 1));

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        Clear();
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
