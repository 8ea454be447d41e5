package io.pika.core.meta;

/** Trouble with the metadata store. */
public final class MetadataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What went wrong, coarsely. */
  public enum Kind {
    /** Nothing was changed; trying again later may work. */
    UNAVAILABLE,
    /** The call may have had its effect, or may still have it. */
    OUTCOME_UNKNOWN,
    /** The revisions asked for are no longer kept. */
    COMPACTED,
    /** The lease named in a write is over. */
    LEASE_LOST,
    /** This store object was closed, or can do nothing more. */
    CLOSED
  }

  public MetadataException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public MetadataException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
