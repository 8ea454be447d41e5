package io.pika.node.type;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What SORT's BY and GET name: {@code weight_*}, with each element in the place of the star; {@code object_*->field} for a
 * field of a hash; {@code #} for the element itself. Without a star it names nothing. A zero byte ends a pattern wherever
 * Redis looks for something in it.
 */
public final class SortPattern {
  private static final byte[] NOTHING = {};

  private final boolean element;
  private final boolean star;
  private final byte[] prefix;
  private final byte[] suffix;
  /** Of a hash; null: the key is a string. */
  private final byte @Nullable [] field;

  public SortPattern(byte[] pattern) {
    int end = end(pattern);
    int place = indexOf(pattern, end, 0, "*");
    this.element = end == 1 && pattern[0] == '#';
    this.star = place >= 0;
    int arrow = star ? indexOf(pattern, end, place + 1, "->") : -1;
    boolean hasField = arrow >= 0 && arrow + 2 < end;
    this.prefix = star ? Arrays.copyOf(pattern, place) : NOTHING;
    this.suffix = star
        ? Arrays.copyOfRange(pattern, place + 1, hasField ? arrow : pattern.length)
        : NOTHING;
    this.field = hasField ? Arrays.copyOfRange(pattern, arrow + 2, pattern.length) : null;
  }

  /** It is the element itself. */
  boolean isElement() { return element; }

  /** It names the same for every element: nothing. */
  public boolean isConstant() { return !star; }

  /** The key for an element, of a pattern that is not constant. */
  byte[] key(byte[] forElement) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + forElement.length + suffix.length);
    System.arraycopy(forElement, 0, key, prefix.length, forElement.length);
    System.arraycopy(suffix, 0, key, prefix.length + forElement.length, suffix.length);
    return key;
  }

  byte @Nullable [] field() {
    return field;
  }

  private static int end(byte[] pattern) {
    int end = 0;
    while (end < pattern.length && pattern[end] != 0) {
      end++;
    }
    return end;
  }

  private static int indexOf(byte[] pattern, int end, int from, String wanted) {
    for (int i = from; i + wanted.length() <= end; i++) {
      boolean found = pattern[i] == wanted.charAt(0)
          && (wanted.length() == 1 || pattern[i + 1] == wanted.charAt(1));
      if (found) {
        return i;
      }
    }
    return -1;
  }
}
