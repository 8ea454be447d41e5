package io.pika.node.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of one slot's keys, in byte order.
 *
 * @param keys what the filter accepted
 * @param last the last key that was looked at, accepted or not: go on after it; null: the slot is at its end
 * @param looked how many keys were looked at
 */
public record ScanPage(List<byte[]> keys, byte @Nullable [] last, int looked) {
  public ScanPage {
    keys = List.copyOf(keys);
  }
}
