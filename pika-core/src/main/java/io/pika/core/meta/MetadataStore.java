package io.pika.core.meta;

import io.pika.core.bytes.Bytes;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the manager keeps what must survive it. Modelled on what etcd promises, so that an implementation over
 * etcd adds nothing: linearizable reads, one revision number that grows by one with every transaction that changes
 * something, transactions that compare and write at once.
 *
 * <p>Every call blocks and has its own deadline in the implementation; call it on a virtual thread and hold no lock
 * that others wait for. Any thread may call. Trouble is a {@link MetadataException}; one of kind OUTCOME_UNKNOWN
 * from {@link #commit} means that the writes may apply now, later or never: read again before deciding anything.
 */
public interface MetadataStore extends AutoCloseable {
  /** The most writes plus compares that a transaction may have (etcd's default for one of them). */
  int MAX_OPERATIONS = 128;

  /** The most bytes of all keys and values of a transaction (below etcd's default of 1.5 MiB). */
  int MAX_TRANSACTION_BYTES = 1 << 20;

  Optional<Entry> get(Bytes key);

  /**
   * All entries of a range in the order of their keys, as they were together at one revision.
   *
   * @param limit the most entries that are wanted, 0: all
   */
  RangeResult range(KeyRange keys, int limit);

  /** Writes all or nothing; nothing when one of the compares does not hold. */
  TransactionResult commit(Transaction transaction);

  /**
   * Shows every change from a revision on, in order, the changes of one revision together.
   *
   * @param fromRevision the first revision of interest; often that of a {@link #range} plus one
   */
  Watch watch(KeyRange keys, long fromRevision, WatchListener listener);

  /** Entries written with the lease go when it ends: by {@link Lease#revoke}, or when nobody keeps it alive. */
  Lease grant(Duration timeToLive);

  @Override
  void close();

  /** Ends by {@link #close}, or by itself after {@link WatchListener#failed}. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
