package io.pika.node.store;

import org.jspecify.annotations.Nullable;

/**
 * Elements of one collection as they were at one instant, to be read later, without the slot's lock. It holds memory and
 * keeps RocksDB from forgetting what was overwritten, so it must be closed soon; if it is not read for long, or its table
 * is dropped, it is closed by the store. One thread at a time, but for {@link #close}.
 */
public interface ElementSnapshot extends AutoCloseable {
  /** It was closed: who reads it comes too late. */
  final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * As {@link Elements#walk}, within the range that the snapshot was taken of.
   *
   * @throws ClosedException it is closed
   */
  ElementWalk walk(byte[] from, byte @Nullable [] to);

  /** As {@link Elements#walkBack}. */
  ElementWalk walkBack(byte[] from, byte @Nullable [] to);

  /** Does not wait: what is being read is read to its end first. */
  @Override
  void close();
}
