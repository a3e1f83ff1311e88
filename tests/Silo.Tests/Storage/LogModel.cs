using System.Globalization;
using System.Text;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Tests.Storage;

/// <summary>
/// One owner's log as plainly as it can be said, written apart from the stores' own rules: what the stores are compared with.
/// </summary>
internal sealed class LogModel
{
    private readonly Dictionary<LogTrack, SortedDictionary<long, string>> _rows = Enum.GetValues<LogTrack>().ToDictionary(t => t, _ => new SortedDictionary<long, string>());
    private readonly Dictionary<LogTrack, long> _last = Enum.GetValues<LogTrack>().ToDictionary(t => t, _ => 0L);
    private readonly Dictionary<LogTrack, long> _first = Enum.GetValues<LogTrack>().ToDictionary(t => t, _ => 1L);
    private readonly SortedDictionary<string, string> _keys = new(StringComparer.Ordinal);

    public long Generation { get; private set; }

    public long Last(LogTrack track) => _last[track];

    /// <summary>Applies a write; false, with nothing changed, where it is to be refused.</summary>
    public bool Write(LogWrite write)
    {
        var last = new Dictionary<LogTrack, long>(_last);
        if (write.ExpectedGeneration != Generation)
            return false;
        foreach (var append in write.Appends)
        {
            if (append.First != last[append.Track] + 1)
                return false;
            last[append.Track] += append.Rows.Length;
        }

        if (write.Replacements.Any(r => r.Index < _first[r.Track] || r.Index > last[r.Track]))
            return false;
        if (write.Trims.Any(t => t.First > last[t.Track] + 1))
            return false;

        Generation = write.Generation;
        foreach (var append in write.Appends)
            foreach (var row in append.Rows)
                _rows[append.Track][++_last[append.Track]] = Encoding.UTF8.GetString(row.Span);
        foreach (var replacement in write.Replacements)
            _rows[replacement.Track][replacement.Index] = Encoding.UTF8.GetString(replacement.Row.Span);
        foreach (var trim in write.Trims.Where(t => t.First > _first[t.Track]))
        {
            _first[trim.Track] = trim.First;
            foreach (var gone in _rows[trim.Track].Keys.Where(index => index < trim.First).ToArray())
                _rows[trim.Track].Remove(gone);
        }

        foreach (var key in write.Keys)
            if (key.Value is { } value)
                _keys[key.Key] = Encoding.UTF8.GetString(value.Span);
            else
                _keys.Remove(key.Key);
        return true;
    }

    /// <summary>The same text as <see cref="LogStoreSpecification"/> draws of a store.</summary>
    public string Picture()
    {
        var picture = new StringBuilder().Append(CultureInfo.InvariantCulture, $"generation {Generation}\n");
        foreach (var track in Enum.GetValues<LogTrack>())
        {
            picture.Append(CultureInfo.InvariantCulture, $"{track} {_first[track]}..{_last[track]}:");
            foreach (var (index, row) in _rows[track])
                picture.Append(CultureInfo.InvariantCulture, $" {index}={row}");
            picture.Append('\n');
        }

        foreach (var (key, value) in _keys)
            picture.Append(CultureInfo.InvariantCulture, $"{key}={value}\n");
        return picture.ToString();
    }
}
