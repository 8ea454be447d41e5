package io.pika.cli.transfer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Steps that go over one connection together.
 *
 * @param after where the source stands when this and all before it is done; null: in the middle of something
 */
record Batch(List<Step> steps, @Nullable Place after) {
  /** Of an array, beside its bytes. */
  private static final int WORD_BYTES = 24;

  /** Memory that it takes, about. */
  long bytes() {
    long bytes = 0;
    for (Step step : steps) {
      for (byte[][] command : step.commands()) {
        for (byte[] word : command) {
          bytes += word.length + WORD_BYTES;
        }
      }
    }
    return bytes;
  }
}
