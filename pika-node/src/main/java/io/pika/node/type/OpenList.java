package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list that one command works on. Each element's name is its place, and the head keeps the first and the last one:
 *
 * <pre>own: | first u64 | last u64 | regular u8 |</pre>
 *
 * <p>While a list is regular, neighbours are one step apart, and the place of an index is computed. What is put
 * between two others takes the middle between them and makes the list irregular, as gaps do that are left in it; then
 * {@link PlaceCounts} find the place. The reasons are in the decision "lists have gaps".
 */
final class OpenList {
  private static final int OWN_BYTES = 17;

  private final KeySpace keys;
  private final byte[] key;
  private final ListSpacing spacing;
  private final CollectionKey collection;
  private final Elements elements;
  private final PlaceCounts counts;
  /** Places of the ends; they mean nothing in an empty list. */
  private long first;
  private long last;
  private boolean regular = true;
  /** Elements are left that have been given up: they go with the key. */
  private boolean abandoned;

  /** Neighbours that go. @param count how many there are from a place to another, both included */
  record Run(long from, long to, long count) {
    /** With the next element in either direction. */
    Run with(long place) {
      return new Run(Math.min(from, place), Math.max(to, place), count + 1);
    }
  }

  private OpenList(KeySpace keys, byte[] key, ListSpacing spacing, CollectionKey collection) {
    this.keys = keys;
    this.key = key;
    this.spacing = spacing;
    this.collection = collection;
    this.elements = collection.elements();
    this.counts = new PlaceCounts(elements, spacing);
    if (collection.size() > 0) {
      ByteBuffer own = ByteBuffer.wrap(collection.own());
      first = own.getLong();
      last = own.getLong();
      regular = own.get() != 0;
    }
  }

  /** Null: there is no such key. A key of another type is refused. */
  static @Nullable OpenList find(KeySpace keys, byte[] key, ListSpacing spacing) {
    CollectionKey found = CollectionKey.find(keys, key, Entry.LIST);
    return found == null ? null : new OpenList(keys, key, spacing, found);
  }

  static OpenList findOrMake(KeySpace keys, byte[] key, ListSpacing spacing) {
    return new OpenList(keys, key, spacing, CollectionKey.findOrMake(keys, key, Entry.LIST));
  }

  /** An empty list that takes the place of whatever the key has. */
  static OpenList make(KeySpace keys, byte[] key, ListSpacing spacing) {
    return new OpenList(keys, key, spacing, CollectionKey.make(keys, key, Entry.LIST));
  }

  /** Writes the head; a list without elements goes. */
  void save() {
    if (size() == 0 && abandoned) {
      keys.delete(key);
      return;
    }
    if (!regular) {
      counts.flush();
    }
    collection.own(ByteBuffer.allocate(OWN_BYTES).putLong(first).putLong(last).put((byte) (regular ? 1 : 0))
        .array());
    collection.save();
  }

  long size() {
    return collection.size();
  }

  /** @param index from 0 to below the size */
  byte[] get(long index) {
    byte[] value = elements.get(ListNames.element(placeAt(index)));
    if (value == null) {
      throw new IllegalStateException("a list has no element where one must be");
    }
    return value;
  }

  void set(long index, byte[] value) {
    elements.put(ListNames.element(placeAt(index)), value);
  }

  /** The place of the element at an index from 0 to below the size. */
  private long placeAt(long index) {
    if (index == 0) {
      return first;
    }
    if (index == size() - 1) {
      return last;
    }
    return regular ? first + index * spacing.step() : counts.placeAt(index, size());
  }

  /** Walks from an end to the other, without so many elements, which must be fewer than the size. */
  ElementWalk walk(ListEnd from, long without) {
    return switch (from) {
      case LEFT -> elements.walk(ListNames.element(placeAt(without)), ListNames.ELEMENTS_TO);
      case RIGHT -> elements.walkBack(Elements.FROM_START,
          ListNames.element(placeAt(size() - 1 - without) + 1));
    };
  }

  /** So many elements from an index on, which must be there. */
  ElementRun run(long index, long count) {
    return count == 0
        ? ElementRun.none(elements)
        : new ElementRun(elements, ListNames.element(placeAt(index)), ListNames.ELEMENTS_TO, Direction.UP, 0,
            count, count, () -> count);
  }

  /** Adds an element at an end. */
  void add(ListEnd end, byte[] value) {
    if (size() == 0) {
      first = spacing.middle();
      last = first;
      put(first, value);
      return;
    }
    long next = end == ListEnd.LEFT ? first - spacing.step() : last + spacing.step();
    if (spacing.has(next)) {
      put(next, value);
    } else if (end == ListEnd.LEFT) {
      insert(0, first, value);
    } else {
      insert(last, spacing.places(), value);
    }
  }

  /** Puts an element beside the one at a place: before it, or behind it. */
  void insert(ListEnd side, long place, byte[] value) {
    boolean atEnd = place == (side == ListEnd.LEFT ? first : last);
    if (atEnd) {
      add(side, value);
    } else if (side == ListEnd.LEFT) {
      insert(neighbour(side, place), place, value);
    } else {
      insert(place, neighbour(side, place), value);
    }
  }

  private void insert(long before, long behind, byte[] value) {
    becomeIrregular();
    long place = before + (behind - before) / 2;
    if (place == before) {
      renumber(CrowdedPart.around(elements, spacing, before, behind, value));
    } else {
      put(place, value);
    }
  }

  private void put(long place, byte[] value) {
    elements.put(ListNames.element(place), value);
    first = Math.min(first, place);
    last = Math.max(last, place);
    collection.grow(1);
    if (!regular) {
      counts.add(place, 1);
    }
  }

  private void renumber(CrowdedPart part) {
    for (long place : part.places()) {
      elements.delete(ListNames.element(place));
      counts.add(place, -1);
    }
    long place = part.before();
    for (byte[] value : part.values()) {
      place += part.gap();
      elements.put(ListNames.element(place), value);
      counts.add(place, 1);
    }
    first = part.hasFirst() ? part.before() + part.gap() : first;
    last = part.hasLast() ? place : last;
    collection.grow(1);
    if (part.isRegular(spacing)) {
      becomeRegular();
    }
  }

  /** Removes elements. @param runs in the order of the list */
  void remove(List<Run> runs) {
    long gone = runs.stream().mapToLong(Run::count).sum();
    if (gone == size()) {
      removeAll();
      return;
    }
    long newFirst = runs.getFirst().from == first ? neighbour(ListEnd.RIGHT, runs.getFirst().to) : first;
    long newLast = runs.getLast().to == last ? neighbour(ListEnd.LEFT, runs.getLast().from) : last;
    boolean stepwise = regular;
    if (regular && (newLast - newFirst) / spacing.step() + 1 != size() - gone) {
      becomeIrregular();
    }
    for (Run run : runs) {
      remove(run, stepwise);
    }
    first = newFirst;
    last = newLast;
    collection.grow(-gone);
    if (!regular && size() == 1) {
      becomeRegular();
    }
  }

  /** Removes so many elements, which must be fewer than the size or all, from an end. */
  void remove(ListEnd end, long count) {
    if (count == size()) {
      removeAll();
    } else if (count > 0 && end == ListEnd.LEFT) {
      remove(List.of(new Run(first, count == 1 ? first : placeAt(count - 1), count)));
    } else if (count > 0) {
      remove(List.of(new Run(count == 1 ? last : placeAt(size() - count), last, count)));
    }
  }

  private void removeAll() {
    if (size() == 1) {
      elements.delete(ListNames.element(first));
    } else {
      abandoned = true;
    }
    collection.grow(-size());
    regular = true;
  }

  /** @param stepwise the elements of the run are one step apart */
  private void remove(Run run, boolean stepwise) {
    if (run.count > ListNames.FEW) {
      elements.deleteRange(ListNames.element(run.from), ListNames.element(run.to + 1));
      if (!regular) {
        counts.removed(run.from, run.to);
      }
    } else if (stepwise || run.count == 1) {
      for (long place = run.from; place <= run.to; place += spacing.step()) {
        remove(place);
      }
    } else {
      try (ElementWalk walk = elements.walk(ListNames.element(run.from), ListNames.element(run.to + 1))) {
        while (walk.next()) {
          remove(ListNames.placeOf(walk.name()));
        }
      }
    }
  }

  private void remove(long place) {
    elements.delete(ListNames.element(place));
    if (!regular) {
      counts.add(place, -1);
    }
  }

  /** The place of the next element in a direction; there must be one. */
  private long neighbour(ListEnd direction, long place) {
    if (regular) {
      return direction == ListEnd.LEFT ? place - spacing.step() : place + spacing.step();
    }
    try (ElementWalk walk = direction == ListEnd.LEFT
        ? elements.walkBack(Elements.FROM_START, ListNames.element(place))
        : elements.walk(ListNames.element(place + 1), ListNames.ELEMENTS_TO)) {
      if (!walk.next()) {
        throw new IllegalStateException("a list ends before its end");
      }
      return ListNames.placeOf(walk.name());
    }
  }

  private void becomeIrregular() {
    if (regular) {
      regular = false;
      counts.build(first, last, spacing.step());
    }
  }

  private void becomeRegular() {
    regular = true;
    counts.drop();
  }
}
