package io.pika.node.type;

/** Takes members of a sorted set one after the other. */
@FunctionalInterface
public interface ScoredMembers {
  void take(byte[] member, double score);
}
