package io.pika.node;

/** The node cannot start; the message tells the operator what to do. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  StartException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** With the words of what happened. */
  StartException(int exitCode, Exception why) {
    super(why.getMessage(), why);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
