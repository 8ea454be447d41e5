package io.pika.node.acl;

/**
 * Why a user may not run a request.
 *
 * @param position of the argument that it is about, in the request
 */
public record Denial(Reason reason, int position) {
  /** In the order in which one hides another. */
  public enum Reason {
    COMMAND, KEY, CHANNEL
  }
}
