package io.pika.cli.api;

/** A call of the manager's API that did not give what was asked for. */
public final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Coarse, because what to do next depends on no more. */
  public enum Kind {
    /** No answer: not running, another address, a network between. */
    UNREACHABLE,
    /** The answer did not come, or the manager does not lead any more: what was asked may have been done. */
    BROKEN,
    /** The request makes no sense to the manager, or what it names does not exist, or exists already. */
    REFUSED,
    /** No token, an unknown one, or one whose role does not allow it. */
    NOT_PERMITTED,
    /** The manager could not do it now; whether to try again is in the message. */
    FAILED
  }

  private final Kind kind;

  public ApiException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
