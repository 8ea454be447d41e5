package io.pika.core.meta;

import java.util.List;

/**
 * What a range held.
 *
 * @param revision of the store when it was read
 * @param more whether the limit left entries out
 */
public record RangeResult(long revision, List<Entry> entries, boolean more) {
  public RangeResult {
    entries = List.copyOf(entries);
  }
}
