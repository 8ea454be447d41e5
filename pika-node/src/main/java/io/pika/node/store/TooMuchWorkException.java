package io.pika.node.store;

/** A command needs more than {@link Batch#bound} allows. Nothing is wrong with it: it belongs to another thread. */
public final class TooMuchWorkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooMuchWorkException() {
    super("more work than this thread may do at a time", null, false, false);
  }
}
