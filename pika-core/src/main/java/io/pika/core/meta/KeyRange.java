package io.pika.core.meta;

import io.pika.core.bytes.Bytes;
import java.util.Arrays;

/**
 * Neighbouring keys.
 *
 * @param from first key
 * @param to the key behind the last one
 */
public record KeyRange(Bytes from, Bytes to) {
  /** All keys that begin with a prefix, which is not empty and not all 0xff. */
  public static KeyRange prefix(Bytes prefix) {
    byte[] end = prefix.array().clone();
    int last = end.length - 1;
    while (last >= 0 && end[last] == (byte) 0xff) {
      last--;
    }
    if (last < 0) {
      throw new IllegalArgumentException("no key is behind every key of prefix " + prefix);
    }
    end[last]++;
    return new KeyRange(prefix, Bytes.of(Arrays.copyOf(end, last + 1)));
  }

  public boolean contains(Bytes key) {
    return key.compareTo(from) >= 0 && key.compareTo(to) < 0;
  }
}
