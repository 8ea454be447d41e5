package io.pika.node.command;

import io.pika.node.type.Expiry;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import org.jspecify.annotations.Nullable;

/**
 * The four ways to say when a key goes, and their arithmetic: commands take seconds or milliseconds, from now
 * or since 1970; effects are always the instant in milliseconds.
 */
enum ExpireTime {
  EX(1000, true), PX(1, true), EXAT(1000, false), PXAT(1, false);

  private final long unitMs;
  private final boolean fromNow;

  ExpireTime(long unitMs, boolean fromNow) {
    this.unitMs = unitMs;
    this.fromNow = fromNow;
  }

  /** For commands that write: the time must be above zero. */
  Expiry positive(long time, String commandName, long nowMs) {
    if (time <= 0 || time > Long.MAX_VALUE / unitMs) {
      throw invalid(commandName);
    }
    long atMs = time * unitMs + (fromNow ? nowMs : 0);
    if (atMs <= 0) {
      throw invalid(commandName);
    }
    return Expiry.at(atMs);
  }

  /** For EXPIRE and its kin, where zero and less mean "in the past": Unix time in milliseconds. */
  long instantMs(long time, String commandName, long nowMs) {
    if (time > Long.MAX_VALUE / unitMs || time < Long.MIN_VALUE / unitMs) {
      throw invalid(commandName);
    }
    long ms = time * unitMs;
    long base = fromNow ? nowMs : 0;
    if (ms > Long.MAX_VALUE - base) {
      throw invalid(commandName);
    }
    return ms + base;
  }

  /** The way that the next argument names, which is taken; null if it names none. */
  static @Nullable ExpireTime take(Args args) {
    if (args.takeIf("EX")) {
      return EX;
    }
    if (args.takeIf("PX")) {
      return PX;
    }
    if (args.takeIf("EXAT")) {
      return EXAT;
    }
    return args.takeIf("PXAT") ? PXAT : null;
  }

  private static RefusalException invalid(String commandName) {
    return new RefusalException("ERR invalid expire time in '" + commandName + "' command");
  }
}
