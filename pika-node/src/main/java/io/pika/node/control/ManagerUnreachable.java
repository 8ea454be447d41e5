package io.pika.node.control;

/** No manager answered in time, or the one that did cannot answer now. Worth trying again. */
public final class ManagerUnreachable extends Exception {
  private static final long serialVersionUID = 1;

  ManagerUnreachable(String message, Throwable cause) {
    super(message, cause);
  }
}
