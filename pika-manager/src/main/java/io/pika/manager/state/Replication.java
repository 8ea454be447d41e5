package io.pika.manager.state;

import io.pika.core.model.Acks;

/**
 * What was asked for of a table's copies.
 *
 * @param replicas copies of every slot, each on another node, with the leader's
 * @param acks followers that must have a write before it is answered
 */
public record Replication(int replicas, Acks acks) {
  public static final int MAX_REPLICAS = 7;
  public static final Replication NONE = new Replication(1, Acks.NONE);
}
