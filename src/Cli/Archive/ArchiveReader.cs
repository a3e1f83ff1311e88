using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ChatOrleans.Cli.Archive;

/// <summary>
/// The lines of a file from its beginning, each checked to fit what came before; memory for one line at a time. A last line without its
/// line feed is what a killed export leaves, and is passed over.
/// </summary>
internal sealed class ArchiveReader(Stream stream, ArchiveFormat format)
{
    private readonly ArchiveCheck _check = new();
    private byte[] _buffer = new byte[1 << 16];
    private long _lines;

    /// <summary>Where the line that was read last ends, in bytes.</summary>
    public long Position { get; private set; }

    /// <summary>Of what was read so far.</summary>
    public Totals Totals => _check.Totals;

    /// <summary>Throws <see cref="ArchiveException"/>, which names the line.</summary>
    public async IAsyncEnumerable<ArchiveItem> Read([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (start, filled) = (0, 0);
        while (true)
        {
            var length = _buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var item = Parse(_buffer.AsMemory(start, length));
                start += length + 1;
                Position += length + 1;
                yield return item;
                continue;
            }

            _buffer.AsSpan(start, filled - start).CopyTo(_buffer);
            (start, filled) = (0, filled - start);
            if (filled == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            var read = await stream.ReadAsync(_buffer.AsMemory(filled), cancellationToken);
            if (read == 0)
                yield break;
            filled += read;
        }
    }

    private ArchiveItem Parse(ReadOnlyMemory<byte> line)
    {
        _lines++;
        try
        {
            var item = format.Read(line);
            _check.Next(item);
            return item;
        }
        catch (Exception broken) when (broken is ArchiveException or JsonException or FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new ArchiveException($"Line {_lines} of the file is not what it should be: {broken.Message.TrimEnd('.')}. Export again to a new file, or take another backup.");
        }
    }
}
