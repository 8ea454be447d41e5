package io.pika.node.store;

/**
 * A walk over elements. What it has passed may be put and deleted meanwhile; what lies ahead may not be changed, and
 * no range may be deleted, before it is closed.
 */
public interface ElementWalk extends AutoCloseable {
  /** To the next element; false: there is none. */
  boolean next();

  byte[] name();

  byte[] value();

  @Override
  void close();
}
