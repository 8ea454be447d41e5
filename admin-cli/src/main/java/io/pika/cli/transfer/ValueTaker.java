package io.pika.cli.transfer;

import io.pika.proxy.rdb.RdbValue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes one value. */
public interface ValueTaker extends RdbValue {
  /**
   * The value is complete.
   *
   * @param dump the whole of it as DUMP gives it; null: not at hand
   */
  void end(byte @Nullable [] dump) throws IOException;
}
