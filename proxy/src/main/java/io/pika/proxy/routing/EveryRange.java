package io.pika.proxy.routing;

import io.pika.core.model.SlotRange;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the leaders of all slots of a table, some at a time, and collects what they answer. */
final class EveryRange implements RangeRouter.Answers {
  /** A table in many pieces must not flood its leaders. */
  private static final int AT_ONCE = 64;
  /** About what an element takes besides its content. */
  private static final int ELEMENT_BYTES = 8;

  private final RangeRouter ranges;
  private final RangeRouter.Call call;
  private final long maxBytes;
  private final Consumer<Result> whenAll;
  /** Slots that have not been asked for, or were turned back. */
  private final ArrayDeque<Slots> open = new ArrayDeque<>();
  private final List<Part> parts = new ArrayList<>();
  private int asked;
  private long bytes;
  private boolean ended;

  private record Slots(int from, int to) {}

  record Part(int from, int to, Reply reply) {}

  /**
   * @param parts in the order of their slots; whoever is told owns the replies
   * @param tooLong some were not asked, since the answers had more than the allowed bytes already
   */
  record Result(List<Part> parts, boolean tooLong) {
    List<Reply> replies() {
      return parts.stream().map(Part::reply).toList();
    }
  }

  EveryRange(RangeRouter ranges, RangeRouter.Call call, long maxBytes, Consumer<Result> whenAll) {
    this.ranges = ranges;
    this.call = call;
    this.maxBytes = maxBytes;
    this.whenAll = whenAll;
  }

  void ask(int lastSlot) {
    synchronized (this) {
      open.add(new Slots(0, lastSlot));
    }
    goOn();
  }

  /** Asks for some slots only, each by itself. */
  void ask(List<Integer> slots) {
    synchronized (this) {
      slots.forEach(slot -> open.add(new Slots(slot, slot)));
    }
    goOn();
  }

  @Override
  public void answered(int from, int to, Reply reply) {
    synchronized (this) {
      asked--;
      collect(from, to, reply);
    }
    goOn();
  }

  @Override
  public void turnedBack(int from, int to) {
    synchronized (this) {
      asked--;
      open.addFirst(new Slots(from, to));
    }
    goOn();
  }

  private void goOn() {
    for (SlotRange next = next(); next != null; next = next()) {
      ranges.ask(call, next, this);
    }
    Result result = resultIfAll();
    if (result != null) {
      whenAll.accept(result);
    }
  }

  private synchronized @Nullable SlotRange next() {
    while (asked < AT_ONCE && !open.isEmpty()) {
      Slots slots = open.remove();
      Reply.Err end = ranges.end(call);
      List<SlotRange> cut = ranges.ranges(call.table(), slots.from(), slots.to());
      if (end == null && !cut.isEmpty()) {
        SlotRange first = cut.getFirst();
        if (first.to() < slots.to()) {
          open.addFirst(new Slots(first.to() + 1, slots.to()));
        }
        asked++;
        return first;
      }
      parts.add(new Part(slots.from(), slots.to(), end == null ? RouteErrors.DROPPED : end));
    }
    return null;
  }

  private void collect(int from, int to, Reply reply) {
    parts.add(new Part(from, to, reply));
    if (reply instanceof Reply.Array(List<Reply> items)) {
      for (Reply item : items) {
        bytes += ELEMENT_BYTES + switch (item) {
          case Reply.Raw raw -> raw.bytes().readableBytes();
          case Reply.Bulk bulk -> bulk.bytes().length;
          default -> 0;
        };
      }
    }
    if (bytes > maxBytes) {
      open.clear();
    }
  }

  private synchronized @Nullable Result resultIfAll() {
    if (ended || asked > 0 || !open.isEmpty()) {
      return null;
    }
    ended = true;
    parts.sort(Comparator.comparingInt(Part::from));
    return new Result(parts, bytes > maxBytes);
  }
}
