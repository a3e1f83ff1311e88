using RocksDbSharp;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>Whether a directory can hold the data, and how to say so when it cannot.</summary>
internal static class RocksDirectory
{
    private static readonly byte[] s_probe = new byte[256 * 1024];

    /// <summary>Creates the directory and writes to it. Throws <see cref="StorageStartException"/>.</summary>
    public static void Check(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            Probe(directory);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageStartException(
                $"Storage:Path = {directory}: the directory cannot be written ({fault.Message}). The process needs to create it and to " +
                "write in it. Give this user the right to, make space, or name another directory.", fault);
        }
    }

    /// <summary>Throws unless a file of some size can be written and synced.</summary>
    public static void Probe(string directory)
    {
        var path = Path.Combine(directory, $".probe-{Environment.ProcessId}");
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(s_probe);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Throws unless there is room for what opening writes: tables of all that lies in logs yet.</summary>
    public static void CheckRoomToOpen(string directory)
    {
        var needed = new DirectoryInfo(directory).EnumerateFiles("*.log").Sum(log => log.Length) + s_probe.Length;
        var free = new DriveInfo(directory).AvailableFreeSpace;
        if (free < needed)
            throw new IOException($"No space left on device: {free >> 10} KiB are free, and opening it takes {needed >> 10} KiB.");
    }

    /// <summary>What to do about a directory whose data could not be opened. A backup mends damage alone: put back over whole data it loses what came after it.</summary>
    public static StorageStartException Explain(string directory, Exception fault)
    {
        var message = fault.Message;
        var (what, remedy) = message switch
        {
            // RocksDB's words: another process has the lock, this one has it already, and as Windows tells it.
            _ when Says("While lock file:") || Says("lock hold by current process") || Says("being used by another process") =>
                ("another process holds this directory.", "One process at a time may use it. Stop the other one, or give this one a directory of its own."),
            _ when Says("No space left on device") || Says("Disk quota exceeded") =>
                ($"there is no room to open the data there ({message.TrimEnd('.')}).", "They are whole. Make space, and start again."),
            _ when Says("Permission denied") || fault is UnauthorizedAccessException =>
                ($"this user may not open the data there ({message.TrimEnd('.')}).", "They are whole. Give this user all files of the directory."),
            _ when Says("Corruption") || Says("No such file or directory") =>
                ($"the data there cannot be opened ({message}).", "Restore it from a backup, or name another directory."),
            _ => ($"the data there cannot be opened ({message}).", "Mend what that says, or name another directory."),
        };
        return new StorageStartException($"Storage:Path = {directory}: {what} {remedy}", fault);

        bool Says(string text) => message.Contains(text, StringComparison.Ordinal);
    }
}
