using System.Collections.Immutable;
using ChatOrleans.Errors;

namespace ChatOrleans.Grains.Logs;

/// <summary>What waits for the next write of one grain.</summary>
internal sealed class StagedWrite
{
    private readonly List<StagedRows> _appends = new(1);
    private List<LogReplacement>? _replacements;
    private List<LogKey>? _keys;
    private List<LogTrim>? _trims;

    /// <summary>Continuations run inline, in the order in which the callers came.</summary>
    public TaskCompletionSource Done { get; } = new();

    public int Rows { get; private set; }

    public void Append(LogTrack track, long index, ReadOnlyMemory<byte> row)
    {
        Rows++;
        foreach (var append in _appends)
        {
            if (append.Track == track)
            {
                append.Rows.Add(row);
                return;
            }
        }

        _appends.Add(new StagedRows(track, index, [row]));
    }

    public void Replace(LogTrack track, long index, ReadOnlyMemory<byte> row)
    {
        Rows++;
        (_replacements ??= []).Add(new LogReplacement(track, index, row));
    }

    public void SetKey(string key, ReadOnlyMemory<byte>? value)
    {
        Rows++;
        (_keys ??= []).Add(new LogKey(key, value));
    }

    public void Trim(LogTrack track, long first) => (_trims ??= []).Add(new LogTrim(track, first));

    public LogWrite ToWrite(LogOwner owner, long expectedGeneration, long generation) => new()
    {
        Owner = owner,
        ExpectedGeneration = expectedGeneration,
        Generation = generation,
        Appends = [.. _appends.Select(append => new LogAppend(append.Track, append.First, [.. append.Rows]))],
        Replacements = _replacements is null ? [] : [.. _replacements],
        Keys = _keys is null ? [] : [.. _keys],
        Trims = _trims is null ? [] : [.. _trims],
    };

    public void MarkCommitted(long[] committed)
    {
        foreach (var append in _appends)
        {
            committed[(int)append.Track] = append.First + append.Rows.Count - 1;
        }
    }

    public void Fail(ChatException failure)
    {
        Done.TrySetException(failure);
        // Somebody may have staged without waiting (a checkpoint); their failure is told by the grain's deactivation.
        _ = Done.Task.Exception;
    }

    private readonly record struct StagedRows(LogTrack Track, long First, List<ReadOnlyMemory<byte>> Rows);
}
