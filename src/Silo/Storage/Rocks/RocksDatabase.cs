using System.Text;
using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RocksDbSharp;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>
/// The one RocksDB database of a process, in one directory: opened when created, reopened after a fault, closed when disposed. Any
/// thread may read; only the <see cref="RocksWriter"/> writes and reopens.
/// </summary>
public sealed partial class RocksDatabase : IDisposable
{
    private const string FormatVersion = "1";
    private readonly StorageOptions _options;
    private readonly ILogger _log;
    private readonly WriteOptions _synced = new WriteOptions().SetSync(true);
    private volatile RocksSession? _session;

    /// <summary>Throws <see cref="StorageStartException"/> where the directory cannot be used.</summary>
    public RocksDatabase(IOptions<StorageOptions> options, ILogger<RocksDatabase> log)
    {
        _options = options.Value;
        _log = log;
        Directory = System.IO.Path.GetFullPath(_options.Path);
        RocksDirectory.Check(Directory);
        try
        {
            RocksDirectory.CheckRoomToOpen(Directory);
            _session = Open();
        }
        catch (Exception fault) when (fault is RocksDbException or IOException or UnauthorizedAccessException)
        {
            throw RocksDirectory.Explain(Directory, fault);
        }

        Opened(Directory);
    }

    /// <summary>The full path of the directory that holds the data.</summary>
    public string Directory { get; }

    /// <summary>Whether a directory holds a database, which opening it would otherwise create: by the file that RocksDB begins with.</summary>
    public static bool IsIn(string directory) => File.Exists(System.IO.Path.Combine(directory, "CURRENT"));

    internal StorageOptions Options => _options;

    internal bool IsOpen => _session is not null;

    /// <summary>Durable when it returns. After a failure the database takes no further write until it was reopened.</summary>
    internal void Write(WriteBatch batch) => Session.Database.Write(batch, _synced);

    /// <summary>
    /// Closes and opens again, which is what brings RocksDB out of the state that a failed write leaves. Keeps the present opening,
    /// for reading, while the directory takes no new data. Throws with the reason where it did not work.
    /// </summary>
    internal void Reopen()
    {
        RocksDirectory.Probe(Directory);
        RocksDirectory.CheckRoomToOpen(Directory);
        if (_session is { } broken)
        {
            _session = null;
            if (!broken.Close(TimeSpan.FromSeconds(10)))
                throw new TimeoutException("A read has kept the failed database open for 10 s.");
        }

        _session = Open();
        Reopened(Directory);
    }

    /// <summary>Enters the present opening for reading; the caller must leave it with <see cref="RocksSession.DangerousRelease"/>.</summary>
    internal RocksSession Enter()
    {
        var session = Session;
        var entered = false;
        try
        {
            session.DangerousAddRef(ref entered);
            return session;
        }
        catch (ObjectDisposedException)
        {
            throw new LogUnavailableException("The store is being reopened after a fault.");
        }
    }

    public void Dispose()
    {
        var session = _session;
        _session = null;
        if (session?.Close(TimeSpan.FromSeconds(10)) == false)
            StillRead(Directory);
    }

    private RocksSession Session => _session ?? throw new LogUnavailableException("The store is closed, or could not be reopened after a fault.");

    private RocksSession Open()
    {
        var cache = Cache.CreateLru((ulong)_options.CacheMegabytes << 20);
        var options = RocksTuning.Create(_options, cache);
        var database = RocksDb.Open(options, Directory);
        var session = new RocksSession(database, options, cache);
        try
        {
            CheckFormat(database);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private void CheckFormat(RocksDb database)
    {
        var stored = database.Get(RocksKeys.Format);
        if (stored is null)
            database.Put(RocksKeys.Format, Encoding.UTF8.GetBytes(FormatVersion), writeOptions: _synced);
        else if (Encoding.UTF8.GetString(stored) is var version && version != FormatVersion)
            throw new StorageStartException(
                $"Storage:Path = {Directory}: the data there has format {version}, this program reads format {FormatVersion}. " +
                "Start the version that wrote it, or name another directory.");
    }
}
