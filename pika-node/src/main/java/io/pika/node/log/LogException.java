package io.pika.node.log;

/** The log could not take or give something; the message is for the operator. */
public final class LogException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What it means for the node. */
  public enum Kind {
    /** This append was taken back; the next one may succeed, for example when there is space again. */
    RETRY,
    /** A sync failed: what is on the disk is unknown, every later write is refused until the process starts anew. */
    BROKEN,
    CLOSED,
    /** Written by a newer version, or by another store. */
    FOREIGN
  }

  private final Kind kind;

  public LogException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public LogException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
