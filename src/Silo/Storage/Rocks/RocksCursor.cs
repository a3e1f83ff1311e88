using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChatOrleans.Grains.Logs;
using RocksDbSharp;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// A walk over what lies between two keys, as of its beginning. Keeps the database's present opening entered until disposed, so it
/// never lives across an await. Allocates nothing.
/// </summary>
internal unsafe ref struct RocksCursor : IDisposable
{
    private readonly RocksSession _session;
    private nint _options;
    private nint _iterator;
    private bool _begun;

    /// <param name="end">Not included. Must lie on the stack of the caller: RocksDB keeps pointing at it.</param>
    public RocksCursor(RocksDatabase database, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        var native = Native.Instance;
        _session = database.Enter();
        _options = native.rocksdb_readoptions_create();
        native.rocksdb_readoptions_set_iterate_upper_bound(
            _options, (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(end)), (nuint)end.Length);
        _iterator = native.rocksdb_create_iterator(_session.DangerousGetHandle(), _options);
        fixed (byte* from = start)
            native.rocksdb_iter_seek(_iterator, from, (nuint)start.Length);
    }

    public readonly ReadOnlySpan<byte> Key => Span(Native.Instance.rocksdb_iter_key(_iterator, out var length), length);

    public readonly ReadOnlySpan<byte> Value => Span(Native.Instance.rocksdb_iter_value(_iterator, out var length), length);

    /// <summary>To the first, then to the next entry; false at the end. Throws <see cref="LogUnavailableException"/>.</summary>
    public bool MoveNext()
    {
        var native = Native.Instance;
        if (_begun)
            native.rocksdb_iter_next(_iterator);
        _begun = true;
        return IsValid();
    }

    /// <summary>To the last entry at or below a key; false where there is none. Throws <see cref="LogUnavailableException"/>.</summary>
    public bool MoveToLast(ReadOnlySpan<byte> atOrBelow)
    {
        fixed (byte* to = atOrBelow)
            Native.Instance.rocksdb_iter_seek_for_prev(_iterator, to, (nuint)atOrBelow.Length);
        _begun = true;
        return IsValid();
    }

    public void Dispose()
    {
        if (_iterator == 0)
            return;
        Native.Instance.rocksdb_iter_destroy(_iterator);
        Native.Instance.rocksdb_readoptions_destroy(_options);
        (_iterator, _options) = (0, 0);
        _session.DangerousRelease();
    }

    private readonly bool IsValid()
    {
        if (Native.Instance.rocksdb_iter_valid(_iterator) != 0)
            return true;
        try
        {
            Native.Instance.rocksdb_iter_get_error(_iterator);
            return false;
        }
        catch (RocksDbException fault)
        {
            throw RocksReads.Unavailable(fault);
        }
    }

    private static ReadOnlySpan<byte> Span(nint start, nuint length) => new((void*)start, checked((int)length));
}
