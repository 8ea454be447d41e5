package io.pika.node.type;

/**
 * What a write does to the time at which a key goes.
 *
 * @param kind what to do
 * @param atMs Unix time in milliseconds, above 0, where the kind is AT
 */
public record Expiry(Kind kind, long atMs) {
  public enum Kind {
    /** The key stays for ever. */
    NEVER,
    /** What was set before stays. */
    KEEP,
    /** The key goes at an instant; one that has passed deletes it at once. */
    AT
  }

  public static final Expiry NEVER = new Expiry(Kind.NEVER, 0);
  public static final Expiry KEEP = new Expiry(Kind.KEEP, 0);

  public static Expiry at(long atMs) {
    return new Expiry(Kind.AT, atMs);
  }
}
