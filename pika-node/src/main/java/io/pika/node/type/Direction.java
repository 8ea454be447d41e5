package io.pika.node.type;

/** Which way an ordered range is read. */
public enum Direction {
  UP, DOWN
}
