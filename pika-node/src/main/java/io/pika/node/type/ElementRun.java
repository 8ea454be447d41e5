package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring elements of one collection, as a command is to read them. What names and values mean, the type says that
 * made it.
 *
 * @param to exclusive; null: to the end
 * @param skip how many to pass over
 * @param most how many to take then
 * @param known how many there are from one bound to the other, if that need not be looked up; else {@link #UNKNOWN}
 * @param within looks it up; {@link #UNKNOWN}: only a walk can tell
 */
public record ElementRun(Elements elements, byte[] from, byte @Nullable [] to, Direction direction, long skip,
    long most, long known, LongSupplier within) {
  public static final long UNKNOWN = -1;

  /** Upwards over the whole range. */
  static ElementRun all(Elements elements, byte[] from, byte @Nullable [] to, long count) {
    return new ElementRun(elements, from, to, Direction.UP, 0, Long.MAX_VALUE, count, () -> count);
  }

  static ElementRun none(Elements elements) {
    return new ElementRun(elements, Elements.FROM_START, Elements.FROM_START, Direction.UP, 0, 0, 0, () -> 0);
  }

  /** How many elements it takes, or {@link #UNKNOWN}. A few seeks. */
  public long count() {
    return taken(known == UNKNOWN ? within.getAsLong() : known);
  }

  /** The same, if it costs nothing. */
  public long countIfKnown() {
    return taken(known);
  }

  private long taken(long there) {
    return there == UNKNOWN ? UNKNOWN : Math.clamp(there - skip, 0, most);
  }

  /** From the first element that it takes. The walk goes on behind the last one. Close it. */
  public ElementWalk walk() {
    ElementWalk walk = direction == Direction.UP ? elements.walk(from, to) : elements.walkBack(from, to);
    boolean begun = false;
    try {
      for (long i = 0; i < skip && walk.next(); i++) {
        continue;
      }
      begun = true;
      return walk;
    } finally {
      if (!begun) {
        walk.close();
      }
    }
  }

  /** Hands out names and values. */
  public void each(BiConsumer<byte[], byte[]> out) {
    if (most == 0) {
      return;
    }
    try (ElementWalk walk = walk()) {
      for (long i = 0; i < most && walk.next(); i++) {
        out.accept(walk.name(), walk.value());
      }
    }
  }
}
