package io.pika.core.meta;

import io.pika.core.bytes.Bytes;

/** One change of a transaction. */
public sealed interface Write {
  Bytes key();

  /**
   * Makes or replaces an entry.
   *
   * @param lease id of a lease, 0: none; replaces the lease that the entry had
   */
  record Put(Bytes key, Bytes value, long lease) implements Write {
    public Put(Bytes key, Bytes value) {
      this(key, value, 0);
    }
  }

  /** Removes an entry; nothing happens when there is none. */
  record Delete(Bytes key) implements Write {}
}
