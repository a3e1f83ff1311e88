using System.ComponentModel.DataAnnotations;

namespace ChatOrleans.Silo.Storage;

/// <summary>Where and how conversations, feeds and grain states are stored; configuration section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// The directory of the embedded store, absolute or relative to the working directory. Default <c>./data</c>. One process at a time
    /// may hold it. Keep it out of folders that are watched for changes: a watcher would see every write.
    /// </summary>
    [Required(ErrorMessage = "Storage:Path is empty. It names the directory that holds all data. Set it, or leave it out for ./data.")]
    public string Path { get; set; } = "./data";

    /// <summary>
    /// Memory for blocks, indexes and filters read from disk, in MiB. Default 64: the latest messages are in memory anyway, so this
    /// serves scrolling back and first looks after a restart.
    /// </summary>
    [Range(8, 65_536, ErrorMessage = "Storage:CacheMegabytes must be 8 to 65536. Set it to the memory in MiB that reads may use.")]
    public int CacheMegabytes { get; set; } = 64;

    /// <summary>
    /// Memory for writes that are not yet in a table file, in MiB; up to three such buffers live at once. Default 32: a larger one
    /// compacts less and takes longer to read again after a crash.
    /// </summary>
    [Range(4, 1_024, ErrorMessage = "Storage:WriteBufferMegabytes must be 4 to 1024. Set it to the size in MiB of one write buffer.")]
    public int WriteBufferMegabytes { get; set; } = 32;

    /// <summary>
    /// How many owners' heads the writer remembers. Default 100,000 (about 20 MiB): more than the conversations that are active at
    /// once, so that a write reads nothing.
    /// </summary>
    [Range(100, 100_000_000, ErrorMessage = "Storage:CachedHeads must be 100 to 100000000. Set it to the number of conversations and users active at once.")]
    public int CachedHeads { get; set; } = 100_000;

    /// <summary>
    /// How long after a failed write the store is tried again, in milliseconds; writes fail at once until then. Default 1,000: often
    /// enough to be back soon after space was made, seldom enough to cost nothing.
    /// </summary>
    [Range(10, 60_000, ErrorMessage = "Storage:RetryMilliseconds must be 10 to 60000. Set it to the pause after a failed write.")]
    public int RetryMilliseconds { get; set; } = 1_000;
}
