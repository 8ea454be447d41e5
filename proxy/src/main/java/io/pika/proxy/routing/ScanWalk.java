package io.pika.proxy.routing;

import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * SCAN: walks the table's slots upwards, one leader at a time, until COUNT keys have been found or enough leaders
 * been asked. The cursor says where the walk stands, so it is right at every node and after slots have moved:
 *
 * <pre>
 * | slot 16 | place in the slot 48 |     place 0: the slot's beginning; only its leader understands others
 * </pre>
 */
final class ScanWalk implements RangeRouter.Answers {
  private static final int PLACE_BITS = 48;
  private static final long DEFAULT_COUNT = 10;
  private static final int MAX_LEADERS = 16;

  private final RangeRouter ranges;
  private final int lastSlot;
  private final ReplySink sink;
  private final List<Reply> found = new ArrayList<>();
  private RangeRouter.Call call;
  /** Index of COUNT's value in the command; 0: not given. */
  private final int countAt;
  private final long count;
  private int asked;

  ScanWalk(RangeRouter ranges, RangeRouter.Call call, int lastSlot, ReplySink sink) {
    this.ranges = ranges;
    this.call = call;
    this.lastSlot = lastSlot;
    this.sink = sink;
    this.countAt = countAt(call.command());
    this.count = countAt == 0 ? DEFAULT_COUNT : Numbers.parseLong(call.command()[countAt]);
  }

  /** Only a sound one: what is not, the first leader refuses in Redis's words. */
  private static int countAt(byte[][] command) {
    int at = 0;
    for (int i = 2; i + 1 < command.length; i += 2) {
      boolean isCount = new String(command[i], StandardCharsets.ISO_8859_1).equalsIgnoreCase("COUNT");
      if (isCount && Numbers.isLong(command[i + 1])) {
        at = i + 1;
      }
    }
    return at;
  }

  void start() {
    byte[] cursor = call.command()[1];
    long from = cursor(cursor);
    if (from < 0) {
      sink.reply(Reply.error("ERR invalid cursor"));
    } else if (from >>> PLACE_BITS > lastSlot) {
      finish(0);
    } else {
      ask((int) (from >>> PLACE_BITS));
    }
  }

  /** Negative: none. Numbers of more than 63 bits are cursors to Redis, but never one of ours: past the end. */
  private static long cursor(byte[] text) {
    String digits = new String(text, StandardCharsets.ISO_8859_1);
    boolean number = !digits.isEmpty() && digits.length() <= 20
        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number) {
      return -1;
    }
    try {
      long cursor = Long.parseUnsignedLong(digits);
      return cursor < 0 ? Long.MAX_VALUE : cursor;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void ask(int slot) {
    Reply.Err end = ranges.askFirst(call, slot, lastSlot, this);
    if (end != null) {
      fail(end);
    }
  }

  @Override
  public void turnedBack(int from, int to) {
    ask(from);
  }

  @Override
  public void answered(int from, int to, Reply reply) {
    if (reply instanceof Reply.Err) {
      fail(reply);
      return;
    }
    if (!(reply instanceof Reply.Array(List<Reply> pair)) || pair.size() != 2) {
      reply.release();
      fail(ReplyReader.NONSENSE);
      return;
    }
    Reply cursor = ReplyReader.open(pair.get(0));
    Reply keys = ReplyReader.open(pair.get(1));
    if (cursor instanceof Reply.Bulk(byte[] digits) && keys instanceof Reply.Array(List<Reply> items)) {
      found.addAll(items);
      goOn(cursor(digits), to);
    } else {
      keys.release();
      fail(ReplyReader.NONSENSE);
    }
  }

  private void goOn(long cursor, int to) {
    asked++;
    if (cursor != 0) {
      finish(cursor);
    } else if (to >= lastSlot) {
      finish(0);
    } else if (found.size() >= count || asked >= MAX_LEADERS) {
      finish((long) (to + 1) << PLACE_BITS);
    } else {
      byte[][] next = call.command().clone();
      next[1] = ascii((long) (to + 1) << PLACE_BITS);
      if (countAt > 0) {
        next[countAt] = ascii(count - found.size());
      }
      call = call.with(next);
      ask(to + 1);
    }
  }

  private void finish(long cursor) {
    sink.reply(Reply.array(new Reply.Bulk(ascii(cursor)), new Reply.Array(found)));
  }

  private void fail(Reply error) {
    found.forEach(Reply::release);
    sink.reply(error);
  }

  private static byte[] ascii(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
