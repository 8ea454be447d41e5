package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a collection has the names that are asked for in ascending order. Where about as many are asked for as it has,
 * it is walked along, which costs a step a name; otherwise each is looked up, which costs several. One thread; nothing is
 * opened before the first question.
 */
final class AscendingLookup implements AutoCloseable {
  /** A name that is looked up costs as much as so many steps, about. */
  private static final int STEPS = 8;
  /** Each walk holds an iterator: one command may be given very many sets. */
  private static final int WALKS_MAX = 16;

  private final Elements elements;
  private final boolean walks;
  private @Nullable ElementWalk walk;
  /** Where the walk is; null: at its end. */
  private byte @Nullable [] at;

  private AscendingLookup(Elements elements, boolean walks) {
    this.elements = elements;
    this.walks = walks;
  }

  /** For each of the collections one, for all of which so many names are asked. */
  static List<AscendingLookup> in(List<CollectionKey> collections, long names) {
    List<AscendingLookup> lookups = new ArrayList<>();
    for (CollectionKey each : collections) {
      boolean walks = lookups.size() < WALKS_MAX && each.size() / STEPS <= names;
      lookups.add(new AscendingLookup(each.elements(), walks));
    }
    return lookups;
  }

  boolean has(byte[] name) {
    if (!walks) {
      return elements.get(name) != null;
    }
    if (walk == null) {
      walk = elements.walk(Elements.FROM_START, null);
      step(walk);
    }
    while (at != null && Arrays.compareUnsigned(at, name) < 0) {
      step(walk);
    }
    return at != null && Arrays.equals(at, name);
  }

  private void step(ElementWalk along) {
    at = along.next() ? along.name() : null;
  }

  @Override
  public void close() {
    if (walk != null) {
      walk.close();
    }
  }
}
