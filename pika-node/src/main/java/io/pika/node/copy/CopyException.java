package io.pika.node.copy;

/** A copy cannot go on. It has to begin anew. */
public final class CopyException extends Exception {
  private static final long serialVersionUID = 1L;

  CopyException(String message) {
    super(message);
  }

  CopyException(IllegalArgumentException refusal) {
    super(refusal.getMessage(), refusal);
  }
}
