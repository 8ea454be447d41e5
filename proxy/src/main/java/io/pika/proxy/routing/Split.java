package io.pika.proxy.routing;

import io.pika.core.model.Table;
import io.pika.proxy.protocol.Access;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplySize;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands over many keys that mean the same when they are cut: MGET, MSET, DEL, UNLINK, EXISTS and TOUCH. Keys
 * of one slot make one part, in their order and with their repetitions, so that a key given twice is counted
 * twice and the last of its values wins, as Redis does it. A command whose keys are all in one slot passes as
 * it came.
 *
 * <p>Each part is atomic, the whole is not. If a part fails the client hears the first error, and if others may
 * have written, that too.
 */
final class Split {
  private final SlotRouter slots;
  private final LongSupplier maxValuesBytes;

  /** @param maxValuesBytes of all values together that one command may give */
  Split(SlotRouter slots, LongSupplier maxValuesBytes) {
    this.slots = slots;
    this.maxValuesBytes = maxValuesBytes;
  }

  /**
   * The keys of one slot.
   *
   * @param places which of the command's keys they are, ascending
   */
  record Part(int slot, Request request, int[] places) {}

  /** Takes over the request. */
  void route(Table table, Request request, int protocol, LocalBatch batch, ReplySink sink) {
    int step = step(request);
    int keys = (request.size() - 1) / step;
    int[] slotOf = slots(request, table.slots(), keys, step);
    boolean odd = (request.size() - 1) % step != 0;
    if (odd || allEqual(slotOf)) {
      slots.route(table, slotOf[0], request, protocol, batch, sink);
      return;
    }
    List<Part> parts = cut(request, slotOf, step);
    Gathering gathering = new Gathering(command(request), keys, parts, maxValuesBytes.getAsLong(), sink);
    request.release();
    for (int i = 0; i < parts.size(); i++) {
      int index = i;
      Part part = parts.get(i);
      slots.route(table, part.slot(), part.request(), protocol, batch, reply -> gathering.add(index, reply));
    }
  }

  private static Command command(Request request) {
    Command command = request.command();
    if (command == null) {
      throw new IllegalArgumentException("an unknown command cannot be cut");
    }
    return command;
  }

  private static int step(Request request) {
    return request.command() == Command.MSET ? 2 : 1;
  }

  private static int[] slots(Request request, int slots, int keys, int step) {
    int[] slotOf = new int[keys];
    for (int i = 0; i < keys; i++) {
      slotOf[i] = SlotHash.slot(request.arg(1 + i * step), slots);
    }
    return slotOf;
  }

  private static boolean allEqual(int[] slotOf) {
    return Arrays.stream(slotOf).allMatch(slot -> slot == slotOf[0]);
  }

  /** In the order of the slots. */
  static List<Part> cut(Request request, int[] slotOf, int step) {
    long[] order = new long[slotOf.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = (long) slotOf[i] << 32 | i;
    }
    Arrays.sort(order);
    List<Part> parts = new ArrayList<>();
    for (int from = 0, to; from < order.length; from = to) {
      int slot = (int) (order[from] >>> 32);
      to = from;
      while (to < order.length && order[to] >>> 32 == slot) {
        to++;
      }
      int[] places = Arrays.stream(order, from, to).mapToInt(key -> (int) key).toArray();
      parts.add(new Part(slot, part(request, places, step), places));
    }
    return parts;
  }

  private static Request part(Request request, int[] places, int step) {
    byte[][] arguments = new byte[1 + places.length * step][];
    arguments[0] = request.arg(0);
    int next = 1;
    for (int place : places) {
      for (int i = 0; i < step; i++) {
        arguments[next++] = request.arg(1 + place * step + i);
      }
    }
    return Request.of(arguments);
  }

  /** Collects the parts' replies, which come on any thread, as far as they are not too long; the last one answers the client. */
  private static final class Gathering {
    private final Command command;
    private final int keys;
    private final List<int[]> places;
    private final ReplySink sink;
    private final long maxBytes;
    /** Guarded by this object, like the next two fields. */
    private final @Nullable Reply[] replies;
    private long bytes;
    private int missing;

    Gathering(Command command, int keys, List<Part> parts, long maxBytes, ReplySink sink) {
      this.command = command;
      this.keys = keys;
      this.places = parts.stream().map(Part::places).toList();
      this.sink = sink;
      this.replies = new @Nullable Reply[parts.size()];
      this.maxBytes = maxBytes;
      this.missing = parts.size();
    }

    void add(int part, Reply reply) {
      long size = valueBytes(reply, places.get(part).length);
      Reply opened = ReplyReader.open(reply);
      if (keep(part, opened, size)) {
        sink.reply(bytes > maxBytes
            ? RouterOptions.valuesTooLong(maxBytes)
            : merge(Arrays.stream(replies).map(Reply.class::cast).toList()));
      }
    }

    /** Of the values alone, about: as many of them are there as the part has keys. */
    private static long valueBytes(Reply reply, int values) {
      return Math.max(0, ReplySize.of(reply) - (long) values * ReplySize.SMALL);
    }

    /** Whether it is the last one. What is too long together is let go at once. */
    private synchronized boolean keep(int part, Reply reply, long size) {
      bytes += size;
      replies[part] = reply;
      if (bytes > maxBytes) {
        for (int i = 0; i < replies.length; i++) {
          Reply kept = replies[i];
          if (kept != null) {
            kept.release();
            replies[i] = null;
          }
        }
      }
      missing--;
      return missing == 0;
    }

    private Reply merge(List<Reply> parts) {
      Reply error = Merge.firstError(parts, command.access() == Access.WRITE);
      if (error != null) {
        return error;
      }
      return switch (command) {
        case MSET -> Merge.allOk(parts);
        case MGET -> inOrder(parts);
        default -> Merge.sum(parts);
      };
    }

    private Reply inOrder(List<Reply> parts) {
      Reply[] values = new Reply[keys];
      for (int i = 0; i < parts.size(); i++) {
        int[] own = places.get(i);
        if (!(parts.get(i) instanceof Reply.Array(List<Reply> items)) || items.size() != own.length) {
          parts.forEach(Reply::release);
          return ReplyReader.NONSENSE;
        }
        for (int k = 0; k < own.length; k++) {
          values[own[k]] = items.get(k);
        }
      }
      return Reply.array(values);
    }
  }
}
