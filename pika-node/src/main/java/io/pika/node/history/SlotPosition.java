package io.pika.node.history;

/**
 * How far a replica of a slot is.
 *
 * @param newest record that is in the log
 * @param digest over all records up to there
 * @param logStart position of the node's log up to which it may have records of what the slot was before it was copied
 * @param logEnd of the node's log at that moment: all later records of the slot come behind it
 */
public record SlotPosition(Position newest, long digest, History history, long logStart, long logEnd) {}
