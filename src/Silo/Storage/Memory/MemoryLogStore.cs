using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.Silo.Storage.Memory;

/// <summary>
/// Logs in memory, lost with the process: for tests. The silos of a cluster in one process share one instance. Keeps every other
/// promise of <see cref="ILogStore"/>.
/// </summary>
public sealed class MemoryLogStore : ILogStore
{
    private readonly ConcurrentDictionary<LogOwner, OwnerLog> _owners = new();

    internal IEnumerable<LogOwner> Owners => _owners.Where(owner => owner.Value.Head.Generation > 0).Select(owner => owner.Key);

    public ValueTask<LogHead> ReadHead(LogOwner owner, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LogRules.CheckOwner(owner);
        return new(_owners.TryGetValue(owner, out var log) ? log.Head : LogHead.Empty);
    }

    public ValueTask<LogRows> Read(
        LogOwner owner, LogTrack track, long from, int maxRows, int maxBytes = int.MaxValue, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LogRules.CheckRead(owner, track, maxRows);
        return new(_owners.TryGetValue(owner, out var log) ? log.Read(track, from, maxRows, maxBytes) : new LogRows(0, []));
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadKey(LogOwner owner, string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LogRules.CheckOwner(owner);
        LogRules.CheckKey(key);
        return new(_owners.TryGetValue(owner, out var log) ? log.ReadKey(key) : null);
    }

    public async IAsyncEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ScanKeys(
        LogOwner owner, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        LogRules.CheckOwner(owner);
        LogRules.CheckKeyPrefix(prefix);
        await Task.CompletedTask;
        if (!_owners.TryGetValue(owner, out var log))
            yield break;
        foreach (var pair in log.ScanKeys(prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return pair;
        }
    }

    public Task Write(LogWrite write)
    {
        LogRules.CheckShape(write);
        return _owners.GetOrAdd(write.Owner, static _ => new OwnerLog()).Write(write) is { } conflict
            ? Task.FromException(new LogConflictException(conflict))
            : Task.CompletedTask;
    }

    private sealed class OwnerLog
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<(LogTrack, long), ReadOnlyMemory<byte>> _rows = [];
        private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _keys = new(Comparer<string>.Create(CompareUtf8));

        public LogHead Head { get; private set; } = LogHead.Empty;

        public string? Write(LogWrite write)
        {
            lock (_lock)
            {
                var before = Head;
                if (LogRules.Next(before, write, out var conflict) is not { } next)
                    return conflict;

                foreach (var append in write.Appends)
                    for (var i = 0; i < append.Rows.Length; i++)
                        _rows[(append.Track, append.First + i)] = append.Rows[i];
                foreach (var replacement in write.Replacements)
                    _rows[(replacement.Track, replacement.Index)] = replacement.Row;
                foreach (var trim in write.Trims)
                    for (var index = before[trim.Track].First; index < next[trim.Track].First; index++)
                        _rows.Remove((trim.Track, index));
                foreach (var key in write.Keys)
                    if (key.Value is { } value)
                        _keys[key.Key] = value;
                    else
                        _keys.Remove(key.Key);

                Head = next;
                return null;
            }
        }

        public LogRows Read(LogTrack track, long from, int maxRows, int maxBytes)
        {
            lock (_lock)
            {
                var bounds = Head[track];
                var first = Math.Max(from, bounds.First);
                var rows = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
                long bytes = 0;
                for (var index = first; index <= bounds.Last && rows.Count < maxRows && (rows.Count == 0 || bytes < maxBytes); index++)
                {
                    var row = _rows[(track, index)];
                    bytes += row.Length;
                    rows.Add(row.ToArray());
                }

                return new LogRows(first, rows.DrainToImmutable());
            }
        }

        public ReadOnlyMemory<byte>? ReadKey(string key)
        {
            lock (_lock)
                return _keys.TryGetValue(key, out var value) ? (ReadOnlyMemory<byte>?)value.ToArray() : null;
        }

        public KeyValuePair<string, ReadOnlyMemory<byte>>[] ScanKeys(string prefix)
        {
            lock (_lock)
                return [.. _keys.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
                    .Select(pair => KeyValuePair.Create(pair.Key, (ReadOnlyMemory<byte>)pair.Value.ToArray()))];
        }

        // UTF-16 order differs from the promised UTF-8 order beyond the basic plane.
        private static int CompareUtf8(string left, string right) =>
            Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
    }
}
