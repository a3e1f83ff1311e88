using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Cli.Archive;

/// <summary>
/// Whether lines follow each other as they must: every log has every row from its tracks' first to their last, in order, and ends; the
/// end's counts and digest are those of the lines. Throws <see cref="ArchiveException"/>.
/// </summary>
internal sealed class ArchiveCheck
{
    private readonly Dictionary<LogTrack, long> _next = [];
    private LogBegin? _log;
    private bool _begun;
    private bool _states;
    private bool _ended;

    public Totals Totals { get; private set; }

    public void Next(ArchiveItem item)
    {
        Require(!_ended, "there is something behind the end");
        Require(_begun == item is not Header, "the header is the first line, and only that");
        switch (item)
        {
            case Header header:
                _begun = true;
                Require(header.Version <= Header.Present, $"its format {header.Version} is newer than this program, which reads up to {Header.Present}");
                break;
            case LogBegin log:
                Require(_log is null && !_states, $"{log.Owner} begins before another has ended");
                _log = log;
                _next.Clear();
                foreach (var bounds in log.Tracks)
                    _next[bounds.Track] = bounds.First;
                break;
            case Row row:
                Require(_log is not null, "a row of no log");
                Require(_next.TryGetValue(row.Track, out var expected) && row.At == expected,
                    $"{_log!.Owner} has row {row.At} of {row.Track} where {expected} should follow");
                _next[row.Track]++;
                break;
            case Key:
                Require(_log is not null, "a key of no log");
                break;
            case LogEnd end:
                Require(_log?.Owner == end.Owner, $"{end.Owner} ends where {_log?.Owner.Value ?? "no log"} was");
                foreach (var bounds in _log!.Tracks)
                    Require(_next[bounds.Track] == bounds.Last + 1, $"{end.Owner} ends before row {bounds.Last} of {bounds.Track}");
                _log = null;
                break;
            case State:
                Require(_log is null, "a state inside a log");
                _states = true;
                break;
            case End end:
                Require(_log is null, "the end inside a log");
                Require(end.Totals == Totals, $"it should hold {end.Totals}, digest {end.Totals.DigestText}, and holds {Totals}, digest {Totals.DigestText}");
                _ended = true;
                break;
        }

        Totals = Totals.Add(Totals.Of(item, _log?.Owner ?? default));
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArchiveException(otherwise);
    }
}
