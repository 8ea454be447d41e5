package io.pika.manager;

/** Settings that contradict themselves or the machine; the message says what to do. */
public final class UnsafeSettings extends Exception {
  private static final long serialVersionUID = 1L;

  UnsafeSettings(String message) {
    super(message);
  }
}
