package io.pika.node.log;

/**
 * @param endPosition the end of what was appended
 * @param syncedPosition the end of what is known to be on the disk
 * @param startPosition the begin of the oldest segment kept
 * @param appends frames since the start of the process
 * @param failedAppends of them, those that were taken back
 * @param syncs fsyncs since the start
 * @param syncNanos time spent in them
 * @param broken a sync has failed; writes are refused
 */
public record LogStats(long endPosition, long syncedPosition, long startPosition, int segments, long appends,
    long failedAppends, long syncs, long syncNanos, boolean broken) {}
