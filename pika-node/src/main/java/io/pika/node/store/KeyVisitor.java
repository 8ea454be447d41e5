package io.pika.node.store;

/** What a walk over keys does with each live one. Called under the slot's lock: short, without blocking. */
@FunctionalInterface
public interface KeyVisitor {
  /** False: that is enough, and this key was not taken. */
  boolean take(byte[] key, Entry entry);
}
