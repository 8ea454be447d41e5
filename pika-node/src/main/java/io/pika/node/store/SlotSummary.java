package io.pika.node.store;

import io.pika.node.history.History;
import io.pika.node.history.Position;

/**
 * What a slot is beside its contents.
 *
 * @param newest record in it
 * @param digest over all records up to there
 * @param keys with those that have expired and are not deleted
 */
public record SlotSummary(Position newest, long digest, History history, long keys) {}
