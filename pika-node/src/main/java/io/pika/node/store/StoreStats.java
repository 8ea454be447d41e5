package io.pika.node.store;

import io.pika.node.log.LogStats;

/**
 * @param tables of which slots are in memory
 * @param slots in memory: those that were touched
 * @param tierBytes effects that are not in RocksDB yet, about
 * @param flushes how often the tier was written to RocksDB since the start
 * @param flushedBytes of the tier
 * @param failedFlushes they are tried again
 * @param stalled writers are refused because the tier is full
 * @param baseBytes RocksDB's files
 * @param memtableBytes RocksDB's memtables
 * @param blockCacheBytes in use
 * @param dueSlots slots in which a key will expire
 * @param reads of the read tier
 */
public record StoreStats(int tables, int slots, long tierBytes, long flushes, long flushedBytes,
    long failedFlushes, boolean stalled, long baseBytes, long memtableBytes, long blockCacheBytes,
    int dueSlots, ReadTierStats reads,
    LogStats log) {}
