package io.pika.node.control;

/** The manager was reached and said no for good: another cluster, a wrong secret. Trying again changes nothing. */
public final class ManagerRefusal extends Exception {
  private static final long serialVersionUID = 1;

  ManagerRefusal(String message) {
    super(message);
  }
}
