package io.pika.node.log;

import org.jspecify.annotations.Nullable;

/** Hears once that a position is safe, or that it never will be. Runs on a thread of the log: must be short. */
@FunctionalInterface
public interface SafeCallback {
  /** @param failure null: the position is safe */
  void settled(@Nullable LogException failure);
}
