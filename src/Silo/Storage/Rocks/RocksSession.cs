using System.Runtime.InteropServices;
using RocksDbSharp;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// One opening of the database. Counts its readers, so that it is closed only after the last of them has left: RocksDB crashes the
/// process when its memory is read after closing.
/// </summary>
internal sealed class RocksSession : SafeHandle
{
    private readonly RocksDb _database;
    private readonly DbOptions _options;
    private readonly Cache _cache;
    private readonly ManualResetEventSlim _closed = new();

    public RocksSession(RocksDb database, DbOptions options, Cache cache) : base(IntPtr.Zero, ownsHandle: true)
    {
        (_database, _options, _cache) = (database, options, cache);
        SetHandle(database.Handle);
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    public RocksDb Database => _database;

    /// <summary>No reader enters any more; returns once the last one has left and the directory is free.</summary>
    public bool Close(TimeSpan timeout)
    {
        Dispose();
        return _closed.Wait(timeout);
    }

    protected override bool ReleaseHandle()
    {
        _database.Dispose();
        GC.KeepAlive(_options);
        GC.KeepAlive(_cache);
        _closed.Set();
        return true;
    }
}
