package io.pika.node.store;

/** The store cannot be opened, or cannot do what was asked; the message tells the operator what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public enum Kind {
    /** Another process uses the directory. */
    LOCKED,
    /** Written by a newer version, or not a store. */
    FOREIGN,
    /** The directory belongs to another cluster or node. */
    OTHER_OWNER,
    /** Files are damaged or missing; see {@link io.pika.node.log.DamagedLogException}. */
    DAMAGED,
    /** The disk or RocksDB failed; may work later. */
    DISK
  }

  private final Kind kind;

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public StoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
