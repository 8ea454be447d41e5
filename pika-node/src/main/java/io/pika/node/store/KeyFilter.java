package io.pika.node.store;

/** Which keys a scan hands out. Called under the slot's lock: short, without blocking. */
public interface KeyFilter {
  KeyFilter ALL = (key, type) -> true;

  /** The key is read only; the type is a code of {@link Entry}. */
  boolean accepts(byte[] key, byte type);
}
