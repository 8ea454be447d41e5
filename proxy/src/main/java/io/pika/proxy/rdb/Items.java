package io.pika.proxy.rdb;

import java.util.function.Consumer;

/** What a collection that is dumped consists of. */
@FunctionalInterface
public interface Items<T> {
  /** Hands out all of them in their order; again from the first each time. */
  void each(Consumer<T> to);
}
