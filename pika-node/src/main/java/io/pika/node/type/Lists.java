package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.KeySpace;
import io.pika.node.type.OpenList.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What list commands mean (Redis 7.0 {@code t_list.c}). A list without elements is no key; a key of another type is
 * refused. Indexes count from 0 at the left end, negative ones from -1 at the right end.
 */
public final class Lists {
  /**
   * What to look for in a list.
   *
   * @param from the end at which to begin
   * @param rank of the first match that counts, from 1
   * @param matches how many, from there; 0: all
   * @param looks how many elements to look at; 0: all
   */
  public record Search(byte[] value, ListEnd from, long rank, long matches, long looks) {}

  /** What is left of a range when it has been cut to the list. @param first index; @param count 0: nothing is left */
  private record Part(long first, long count) {
    static Part of(long start, long end, long size) {
      long from = Math.max(start < 0 ? size + start : start, 0);
      long last = Math.min(end < 0 ? size + end : end, size - 1);
      return from > last ? new Part(0, 0) : new Part(from, last - from + 1);
    }
  }

  private final ListSpacing spacing;

  public Lists() {
    this(ListSpacing.WIDE);
  }

  Lists(ListSpacing spacing) {
    this.spacing = spacing;
  }

  public long length(KeySpace keys, byte[] key) {
    OpenList list = find(keys, key);
    return list == null ? 0 : list.size();
  }

  /** Adds values at an end, one after the other. @param presence of the key; returns the new size, 0: it did not fit */
  public long push(KeySpace keys, byte[] key, ListEnd end, Iterable<byte[]> values, Presence presence) {
    OpenList list = presence == Presence.PRESENT ? find(keys, key) : OpenList.findOrMake(keys, key, spacing);
    if (list == null) {
      return 0;
    }
    for (byte[] value : values) {
      list.add(end, value);
    }
    list.save();
    return list.size();
  }

  /** Puts a list of these values in the place of a key; no values: the key goes. Returns their number. */
  public long replace(KeySpace keys, byte[] key, List<byte[]> values) {
    if (values.isEmpty()) {
      keys.delete(key);
      return 0;
    }
    OpenList list = OpenList.make(keys, key, spacing);
    for (byte[] value : values) {
      list.add(ListEnd.RIGHT, value);
    }
    list.save();
    return list.size();
  }

  /** Takes the element at an end; null: there is no such key. */
  public byte @Nullable [] pop(KeySpace keys, byte[] key, ListEnd end) {
    OpenList list = find(keys, key);
    if (list == null) {
      return null;
    }
    byte[] value = list.get(end == ListEnd.LEFT ? 0 : list.size() - 1);
    list.remove(end, 1);
    list.save();
    return value;
  }

  /**
   * Takes up to so many elements from an end, that at the end first. False: there is no such key.
   *
   * @param taken hears of all of them before the list changes; what it throws leaves the list as it is
   */
  public boolean pop(KeySpace keys, byte[] key, ListEnd end, long count, Consumer<byte[]> taken) {
    OpenList list = find(keys, key);
    if (list == null) {
      return false;
    }
    long some = Math.min(count, list.size());
    if (some > 0) {
      walk(list, end, 0, some, taken);
      list.remove(end, some);
      list.save();
    }
    return true;
  }

  /** The first of several keys that is a list; null: none is there. One of another type before it is refused. */
  public byte @Nullable [] firstList(KeySpace keys, List<byte[]> among) {
    for (byte[] key : among) {
      if (find(keys, key) != null) {
        return key;
      }
    }
    return null;
  }

  /**
   * Moves the element at one end of a list to one end of a list, which may be the same; null: the first is not there.
   */
  public byte @Nullable [] move(KeySpace keys, byte[] from, ListEnd taken, byte[] to, ListEnd given) {
    OpenList source = find(keys, from);
    if (source == null) {
      return null;
    }
    OpenList target = Arrays.equals(from, to) ? source : OpenList.findOrMake(keys, to, spacing);
    byte[] value = source.get(taken == ListEnd.LEFT ? 0 : source.size() - 1);
    source.remove(taken, 1);
    target.add(given, value);
    source.save();
    if (target != source) {
      target.save();
    }
    return value;
  }

  /** The element at an index; null: there is none. */
  public byte @Nullable [] get(KeySpace keys, byte[] key, long index) {
    OpenList list = find(keys, key);
    long place = list == null ? -1 : fromLeft(index, list);
    return list == null || place < 0 ? null : list.get(place);
  }

  /** Replaces the element at an index; there must be one. */
  public void set(KeySpace keys, byte[] key, long index, byte[] value) {
    OpenList list = find(keys, key);
    if (list == null) {
      throw Refusals.NO_SUCH_KEY;
    }
    long place = fromLeft(index, list);
    if (place < 0) {
      throw Refusals.INDEX_OUT_OF_RANGE;
    }
    list.set(place, value);
  }

  /** The elements from one index to another, both included, by their values; null: there is no such key. */
  public @Nullable ElementRun range(KeySpace keys, byte[] key, long start, long end) {
    OpenList list = find(keys, key);
    if (list == null) {
      return null;
    }
    Part part = Part.of(start, end, list.size());
    return list.run(part.first, part.count);
  }

  /** Keeps the elements from one index to another, both included. */
  public void trim(KeySpace keys, byte[] key, long start, long end) {
    OpenList list = find(keys, key);
    if (list == null) {
      return;
    }
    Part part = Part.of(start, end, list.size());
    if (part.count == 0) {
      keys.delete(key);
      return;
    }
    if (part.count == list.size()) {
      return;
    }
    list.remove(ListEnd.RIGHT, list.size() - part.first - part.count);
    list.remove(ListEnd.LEFT, part.first);
    list.save();
  }

  /** Finds elements that equal a value. @param found hears of their indexes from the left, in the order of the walk */
  public void search(KeySpace keys, byte[] key, Search search, LongConsumer found) {
    OpenList list = find(keys, key);
    if (list == null) {
      return;
    }
    long size = list.size();
    long looks = search.looks == 0 ? size : Math.min(search.looks, size);
    long matches = 0;
    try (ElementWalk walk = list.walk(search.from, 0)) {
      for (long i = 0; i < looks && walk.next(); i++) {
        if (Arrays.equals(walk.value(), search.value) && ++matches >= search.rank) {
          found.accept(search.from == ListEnd.LEFT ? i : size - 1 - i);
          if (search.matches > 0 && matches - search.rank + 1 >= search.matches) {
            return;
          }
        }
      }
    }
  }

  /**
   * Puts a value beside the first element from the left that equals the pivot.
   *
   * @return the new size; 0: there is no such key; -1: there is no such element
   */
  public long insert(KeySpace keys, byte[] key, ListEnd side, byte[] pivot, byte[] value) {
    OpenList list = find(keys, key);
    if (list == null) {
      return 0;
    }
    long place = firstEqual(list, pivot);
    if (place < 0) {
      return -1;
    }
    list.insert(side, place, value);
    list.save();
    return list.size();
  }

  private static long firstEqual(OpenList list, byte[] value) {
    try (ElementWalk walk = list.walk(ListEnd.LEFT, 0)) {
      while (walk.next()) {
        if (Arrays.equals(walk.value(), value)) {
          return ListNames.placeOf(walk.name());
        }
      }
    }
    return -1;
  }

  /** Removes up to so many elements that equal a value, those nearest to an end; returns how many. */
  public long remove(KeySpace keys, byte[] key, ListEnd from, long most, byte[] value) {
    OpenList list = find(keys, key);
    if (list == null) {
      return 0;
    }
    List<Run> runs = equalRuns(list, from, most, value);
    long before = list.size();
    if (!runs.isEmpty()) {
      list.remove(from == ListEnd.LEFT ? runs : runs.reversed());
      list.save();
    }
    return before - list.size();
  }

  private static List<Run> equalRuns(OpenList list, ListEnd from, long most, byte[] value) {
    List<Run> runs = new ArrayList<>();
    Run run = null;
    try (ElementWalk walk = list.walk(from, 0)) {
      for (long found = 0; found < most && walk.next();) {
        if (Arrays.equals(walk.value(), value)) {
          long place = ListNames.placeOf(walk.name());
          run = run == null ? new Run(place, place, 1) : run.with(place);
          found++;
        } else if (run != null) {
          runs.add(run);
          run = null;
        }
      }
    }
    if (run != null) {
      runs.add(run);
    }
    return runs;
  }

  private static void walk(OpenList list, ListEnd from, long without, long count, Consumer<byte[]> each) {
    try (ElementWalk walk = list.walk(from, without)) {
      for (long i = 0; i < count && walk.next(); i++) {
        each.accept(walk.value());
      }
    }
  }

  /** An index from the left; -1: there is no such element. */
  private static long fromLeft(long index, OpenList list) {
    long fromLeft = index < 0 ? list.size() + index : index;
    return fromLeft < list.size() ? Math.max(fromLeft, -1) : -1;
  }

  private @Nullable OpenList find(KeySpace keys, byte[] key) {
    return OpenList.find(keys, key, spacing);
  }
}
