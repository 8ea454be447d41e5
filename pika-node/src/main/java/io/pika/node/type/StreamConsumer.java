package io.pika.node.type;

/**
 * A consumer as clients see it.
 *
 * @param pending count of entries
 * @param seenMs when it last read or claimed, Unix time in milliseconds
 */
public record StreamConsumer(byte[] name, long pending, long seenMs) {}
