package io.pika.manager.state;

/** What a token may do; each role may do what those before it may. */
public enum Role {
  /** Sees everything but secrets. */
  VIEWER,
  /** Works with tables. */
  OPERATOR,
  /** Also removes nodes and hands out tokens. */
  ADMIN;

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
