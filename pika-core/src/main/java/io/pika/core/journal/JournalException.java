package io.pika.core.journal;

import java.io.IOException;

/** Why a journal cannot be opened or written; the message is for the operator and says what to do. */
public final class JournalException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What went wrong, coarsely. */
  public enum Kind {
    /** Another process works in this directory. */
    LOCKED,
    /** Bytes that were on the disk once are not what was written. */
    DAMAGED,
    /** Written by a newer version of this program. */
    NEWER_FORMAT,
    /** A file of another kind. */
    FOREIGN,
    /** A write failed so that nobody knows what is on the disk; open the journal again. */
    BROKEN
  }

  public JournalException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public JournalException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
