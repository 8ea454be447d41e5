package io.pika.node.type;

import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What SORT means (Redis 7.0 {@code sort.c}). Text is compared by its bytes. Elements for which the order says nothing
 * stay as they were in their collection.
 *
 * <p>A part of what is sorted is found by holding the best so far and nothing else, and a part of what is not sorted is
 * read and nothing else: memory is that of the answer.
 */
public final class Sorting {
  /** Memory of an element beside its bytes and those of what it is sorted by, about. */
  private static final int ELEMENT_BYTES = 96;

  private static final RefusalException BY_ELSEWHERE = elsewhere("BY");
  private static final RefusalException GET_ELSEWHERE = elsewhere("GET");
  private static final RefusalException NOT_NUMBERS = new RefusalException(
      "ERR One or more scores can't be converted into double");

  /** By what elements are sorted. */
  public enum By {
    NUMBERS, TEXT,
    /** They are not: they keep the order of their collection. */
    NOTHING
  }

  /**
   * @param pattern where to find what an element is sorted by; null: it is the element itself
   * @param settled an order is made up, by text, where a set would have none: for what is stored
   */
  public record Order(By by, Direction direction, @Nullable SortPattern pattern, boolean settled) {}

  /** @param place in the order of the collection @param text null: there is none */
  private record Weighed(byte[] element, double number, byte @Nullable [] text, long place) {
    long bytes() {
      return ELEMENT_BYTES + element.length + (text == null ? 0 : text.length);
    }
  }

  private final KeySpace keys;
  private final Predicate<byte[]> inSlot;
  private final long maxBytes;

  /**
   * @param inSlot whether a key lies in the slot: what patterns name elsewhere is refused
   * @param maxBytes memory for what is sorted
   */
  public Sorting(KeySpace keys, Predicate<byte[]> inSlot, long maxBytes) {
    this.keys = keys;
    this.inSlot = inSlot;
    this.maxBytes = maxBytes;
  }

  private static RefusalException elsewhere(String option) {
    return new RefusalException("ERR " + option + " option of SORT denied in cluster mode when keys formed"
        + " by the pattern may be in different slots.");
  }

  /** A slice of the sorted elements of a list, set or sorted set; none of an absent key. */
  public List<byte[]> sorted(byte[] key, Order order, Slice wanted) {
    SortSource source = SortSource.find(keys, key);
    if (source == null) {
      return List.of();
    }
    long offset = Math.clamp(wanted.offset(), 0, source.size());
    long rest = source.size() - offset;
    Slice slice = new Slice(offset, wanted.count() < 0 ? rest : Math.min(wanted.count(), rest));
    if (order.by() != By.NOTHING) {
      return sorted(source, order, slice);
    }
    boolean made = source instanceof SortSource.OfSet && order.settled();
    return made
        ? sorted(source, new Order(By.TEXT, order.direction(), null, true), slice)
        : unsorted(source, order.direction(), slice);
  }

  private List<byte[]> unsorted(SortSource source, Direction direction, Slice slice) {
    List<byte[]> part = new ArrayList<>();
    long[] bytes = new long[1];
    if (slice.count() > 0) {
      source.part(direction, slice.offset(), slice.count(), element -> {
        bytes[0] += ELEMENT_BYTES + element.length;
        checkMemory(bytes[0]);
        part.add(element);
      });
    }
    return part;
  }

  private List<byte[]> sorted(SortSource source, Order order, Slice slice) {
    Comparator<Weighed> comparator = comparator(order);
    long most = slice.count() == 0 ? 0 : slice.offset() + slice.count();
    // The worst of those held comes first, to be the one that goes.
    PriorityQueue<Weighed> best = new PriorityQueue<>(comparator.reversed());
    long[] bytes = new long[1];
    long[] place = new long[1];
    boolean[] bad = new boolean[1];
    source.each(element -> {
      Weighed weighed = weighed(element, order, place[0]++);
      bad[0] |= Double.isNaN(weighed.number);
      if (bad[0] || most == 0) {
        return;
      }
      best.add(weighed);
      bytes[0] += weighed.bytes();
      if (best.size() > most) {
        bytes[0] -= best.remove().bytes();
      }
      checkMemory(bytes[0]);
    });
    if (bad[0]) {
      throw NOT_NUMBERS;
    }
    List<byte[]> sorted = new ArrayList<>();
    while (best.size() > slice.offset()) {
      sorted.add(best.remove().element);
    }
    Collections.reverse(sorted);
    return sorted;
  }

  private void checkMemory(long bytes) {
    if (bytes > maxBytes) {
      throw new RefusalException("ERR sorting so much would take more than " + maxBytes
          + " bytes; use LIMIT to sort out a part");
    }
  }

  private Weighed weighed(byte[] element, Order order, long place) {
    SortPattern pattern = order.pattern();
    byte[] weight = pattern == null ? element : value(pattern, element, BY_ELSEWHERE);
    if (order.by() == By.TEXT) {
      return new Weighed(element, 0, weight, place);
    }
    return new Weighed(element, weight == null ? 0 : number(weight), null, place);
  }

  private static Comparator<Weighed> comparator(Order order) {
    Comparator<Weighed> comparator = order.by() == By.TEXT
        ? Comparator.comparing(Weighed::text, Comparator.nullsFirst(Arrays::compareUnsigned))
        : Sorting::compareNumbers;
    Comparator<Weighed> directed = order.direction() == Direction.UP ? comparator : comparator.reversed();
    return directed.thenComparingLong(Weighed::place);
  }

  /** 0 and -0 are one; elements of the same number come in the order of their bytes. */
  private static int compareNumbers(Weighed one, Weighed other) {
    if (one.number == other.number) {
      return Arrays.compareUnsigned(one.element, other.element);
    }
    return one.number < other.number ? -1 : 1;
  }

  /** What C's strtod makes of a text that ends at a zero byte; NaN: it is no number, or one that is out of range. */
  private static double number(byte[] text) {
    int from = 0;
    while (from < text.length && isBlank(text[from])) {
      from++;
    }
    int end = from;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    if (end == 0) {
      return 0;
    }
    double number = Numbers.parseDouble(Arrays.copyOfRange(text, from, end));
    boolean denormal = number != 0 && Math.abs(number) < Double.MIN_NORMAL;
    return denormal && !isHexadecimal(text, from, end) ? Double.NaN : number;
  }

  private static boolean isBlank(byte letter) {
    return letter == ' ' || letter >= '\t' && letter <= '\r';
  }

  private static boolean isHexadecimal(byte[] text, int from, int end) {
    String number = new String(text, from, end - from, StandardCharsets.ISO_8859_1);
    return number.indexOf('x') >= 0 || number.indexOf('X') >= 0;
  }

  /** What GET gives of an element; null: there is nothing. */
  public byte @Nullable [] value(SortPattern pattern, byte[] element) {
    return value(pattern, element, GET_ELSEWHERE);
  }

  private byte @Nullable [] value(SortPattern pattern, byte[] element, RefusalException elsewhere) {
    if (pattern.isElement()) {
      return element;
    }
    if (pattern.isConstant()) {
      return null;
    }
    byte[] key = pattern.key(element);
    if (!inSlot.test(key)) {
      throw elsewhere;
    }
    Entry entry = keys.find(key);
    byte[] field = pattern.field();
    if (entry == null || entry.type() != (field == null ? Entry.STRING : Entry.HASH)) {
      return null;
    }
    return field == null ? entry.value() : Hashes.get(keys, key, field);
  }
}
