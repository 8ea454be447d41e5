package io.pika.node.engine;

import io.pika.proxy.protocol.Request;

/**
 * One command, or one transaction, for one slot. The request stays the caller's: it must live until the reply, and the caller releases it.
 *
 * @param epoch what the caller believes; the task is refused if it is not the slot's
 */
public record SlotTask(int table, int slot, long epoch, Request request, SlotJob job,
    TaskReply reply) {}
