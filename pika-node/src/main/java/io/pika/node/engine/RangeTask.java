package io.pika.node.engine;

/**
 * A part of a table that a command over the whole table works on here.
 *
 * @param from first slot
 * @param to last slot, inclusive
 * @param epoch of all these slots
 */
public record RangeTask(int table, int from, int to, long epoch, TaskReply reply) {}
