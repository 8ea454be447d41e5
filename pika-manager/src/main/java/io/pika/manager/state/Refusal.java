package io.pika.manager.state;

/**
 * Why something was not done; nothing changed.
 *
 * @param hint what to do instead; empty when the message says it all
 */
public record Refusal(Kind kind, String code, String message, String hint) {
  /** What the caller can make of it. */
  public enum Kind {
    /** The request makes no sense, now or later. */
    INVALID,
    NOT_FOUND,
    /** It does not fit what is there. */
    CONFLICT,
    /** Too much of something, or not possible just now; later perhaps. */
    UNAVAILABLE
  }

  static Refusal invalid(String code, String message, String hint) {
    return new Refusal(Kind.INVALID, code, message, hint);
  }

  static Refusal notFound(String code, String message, String hint) {
    return new Refusal(Kind.NOT_FOUND, code, message, hint);
  }

  static Refusal conflict(String code, String message, String hint) {
    return new Refusal(Kind.CONFLICT, code, message, hint);
  }
}
