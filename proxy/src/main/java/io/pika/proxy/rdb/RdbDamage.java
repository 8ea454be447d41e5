package io.pika.proxy.rdb;

import java.io.IOException;

/** A file that is no RDB file, or not one that is read here; says where and why. */
public final class RdbDamage extends IOException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  RdbDamage(long offset, String reason) {
    super("at byte " + offset + ": " + reason);
    this.offset = offset;
  }

  /** Where reading ended. */
  public long offset() {
    return offset;
  }
}
