using RocksDbSharp;

namespace ChatOrleans.Silo.Storage.Rocks;

/// <summary>How RocksDB is told to work for a log store: small appends by one thread, point reads of keys, reads of recent rows.</summary>
internal static class RocksTuning
{
    private const ulong Mebibyte = 1 << 20;
    private const int TwoLevelIndexSearch = 2;
    private const int Levels = 7;

    public static DbOptions Create(StorageOptions options, Cache cache)
    {
        var native = Native.Instance;
        var tables = new BlockBasedTableOptions()
            .SetBlockSize(8 * 1024)
            .SetBlockCache(cache)
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false))
            .SetWholeKeyFiltering(true)
            .SetFormatVersion(5)
            // In the cache, so that it bounds all memory for reading, however large the database grows.
            .SetCacheIndexAndFilterBlocks(true)
            .SetPinL0FilterAndIndexBlocksInCache(true);
        // Filters and indexes in small parts: a whole file's filter is larger than a shard of the cache, so that every look-up of a
        // new client message id would read and check it again.
        native.rocksdb_block_based_options_set_index_type(tables.Handle, TwoLevelIndexSearch);
        native.rocksdb_block_based_options_set_partition_filters(tables.Handle, 1);
        native.rocksdb_block_based_options_set_metadata_block_size(tables.Handle, 8 * 1024);
        native.rocksdb_block_based_options_set_pin_top_level_index_and_filter(tables.Handle, 1);
        native.rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(tables.Handle, 1);

        var database = new DbOptions()
            .SetCreateIfMissing(true)
            .SetBlockBasedTableFactory(tables)
            .SetWriteBufferSize((ulong)options.WriteBufferMegabytes * Mebibyte)
            .SetMaxWriteBufferNumber(3)
            .SetLevelCompactionDynamicLevelBytes(true)
            // Conversations and users lie all over the key space, so a compaction of new files rewrites most of what they fall on: seldom.
            .SetLevel0FileNumCompactionTrigger(8)
            // A client message id that is new is looked up once and found nowhere: the filter spares a walk through the buffer.
            .SetMemtablePrefixBloomSizeRatio(0.02)
            // The synced log is cut at its first damaged record: a write that was torn by a crash was never answered.
            .SetWalRecoveryMode(Recovery.PointInTime)
            // A reused log file does not grow, so syncing it writes no file metadata.
            .SetRecycleLogFileNum(2)
            .SetMaxOpenFiles(512)
            .SetKeepLogFileNum(5)
            .SetMaxLogFileSize(8 * Mebibyte)
            .SetInfoLogLevel(InfoLogLevel.Warn)
            .SetStatsDumpPeriodSec(0)
            .SetBytesPerSync(Mebibyte)
            // One thread writes: what coordinates several would only cost.
            .SetAllowConcurrentMemtableWrite(false)
            .SetEnableWriteThreadAdaptiveYield(false);
        // What was just flushed is soon written again: it is compressed then.
        Compression[] compressions = [Compression.No, .. Enumerable.Repeat(Compression.Lz4, Levels - 1)];
        native.rocksdb_options_set_compression_per_level(database.Handle, compressions, (nuint)compressions.Length);
        native.rocksdb_options_set_memtable_whole_key_filtering(database.Handle, 1);
        native.rocksdb_options_set_max_background_jobs(database.Handle, 2);
        native.rocksdb_options_set_stats_persist_period_sec(database.Handle, 0);
        // Every read of a buffer looks through its range deletions; a trim is rare, a day of trims in one buffer is not free.
        native.rocksdb_options_set_memtable_max_range_deletions(database.Handle, 256);
        return database;
    }
}
