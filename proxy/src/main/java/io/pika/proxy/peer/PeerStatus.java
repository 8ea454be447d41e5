package io.pika.proxy.peer;

import org.jspecify.annotations.Nullable;

/** How a peer answered. The codes are on the wire and never change. */
public enum PeerStatus {
  /** Executed; the reply's bytes follow. */
  OK(0),
  /** Not executed: the receiver knows the slot under the epoch that it names; either side may be behind. */
  WRONG_EPOCH(1),
  /** Not executed: the receiver does not lead the slot, or may not serve it yet. */
  NOT_LEADER(2),
  /** Not executed: the receiver does not know the table, or no longer. */
  UNKNOWN_TABLE(3),
  /** Not executed: the receiver has too much to do. */
  OVERLOADED(4),
  /** The receiver failed over it; a write may or may not have been made. */
  TROUBLE(5),
  /** Executed; the reply's first bytes follow, and the rest comes when it is asked for. */
  CONTINUES(6);

  private static final PeerStatus[] BY_CODE = values();

  private final int code;

  PeerStatus(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Null: the code is from another version. */
  static @Nullable PeerStatus of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }
}
