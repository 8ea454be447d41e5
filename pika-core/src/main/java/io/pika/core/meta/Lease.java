package io.pika.core.meta;

/**
 * Time bought at the store. Nobody but the holder may assume that it still runs; the holder itself goes by its own
 * clock: sure until the time to live has passed since the last good {@link #keepAlive} was <em>begun</em>.
 */
public interface Lease {
  long id();

  /** Starts the time to live anew; false when the lease is over: grant a new one and begin again. */
  boolean keepAlive();

  /** Ends the lease and removes its entries; nothing happens when it is over already. */
  void revoke();
}
