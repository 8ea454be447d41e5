package io.pika.node.type;

/**
 * A pending entry as clients see it.
 *
 * @param consumer the name of the consumer whose it is
 * @param deliveredMs when last, Unix time in milliseconds
 */
public record StreamPending(StreamId id, byte[] consumer, long deliveredMs, long deliveries) {}
