package io.pika.core.meta;

/**
 * What came of a transaction.
 *
 * @param committed false: a compare did not hold and nothing was written
 * @param revision of the store after it; the one of its writes when it changed something
 */
public record TransactionResult(boolean committed, long revision) {}
