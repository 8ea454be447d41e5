package io.pika.proxy.routing;

import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PKSCANRANGE, PKRSCANRANGE and SCANX: makes one ordered page of the pages of all leaders. Each of them gives the first
 * keys of its own slots, and the key from which on it may have left some out; up to the first such key nothing is missing.
 */
public final class OrderedPages {
  /** Keys that one page looks at, whatever the client asks for. */
  public static final int LIMIT_MAX = 10_000;
  private static final int LIMIT = 10;

  private final int limit;
  private final Comparator<byte[]> order;

  private record Item(byte[] key, Reply content) {}

  OrderedPages(RangeRouter.Call call) {
    byte[][] command = call.command();
    Command name = Command.find(command[0], 0, command[0].length);
    this.limit = limit(command, name == Command.SCANX ? 3 : 4);
    this.order = name == Command.PKRSCANRANGE
        ? (one, other) -> Arrays.compareUnsigned(other, one)
        : Arrays::compareUnsigned;
  }

  /** Only a sound one: what is not, the leaders refuse. */
  private static int limit(byte[][] command, int from) {
    int limit = LIMIT;
    for (int i = from; i + 1 < command.length; i += 2) {
      String option = new String(command[i], StandardCharsets.ISO_8859_1);
      boolean isLimit = option.equalsIgnoreCase("LIMIT") || option.equalsIgnoreCase("COUNT");
      if (isLimit && Numbers.isLong(command[i + 1])) {
        limit = (int) Math.clamp(Numbers.parseLong(command[i + 1]), 1, LIMIT_MAX);
      }
    }
    return limit;
  }

  /** The key at which the next page begins, empty at the end, and what there is up to it. Takes over the parts. */
  Reply merged(List<Reply> parts) {
    List<Item> items = new ArrayList<>();
    byte[] horizon = null;
    boolean sound = true;
    for (Reply part : parts) {
      if (!(part instanceof Reply.Array(List<Reply> closed))) {
        part.release();
        sound = false;
        continue;
      }
      List<Reply> page = closed.stream().map(ReplyReader::open).toList();
      sound &= page.size() % 2 == 1 && add(page, items);
      if (sound && page.getFirst() instanceof Reply.Bulk(byte[] next)) {
        horizon = horizon == null || order.compare(next, horizon) < 0 ? next : horizon;
      }
    }
    return sound ? page(items, horizon) : ReplyReader.NONSENSE;
  }

  private static boolean add(List<Reply> page, List<Item> items) {
    for (int i = 1; i < page.size(); i += 2) {
      if (!(page.get(i) instanceof Reply.Bulk(byte[] key))) {
        return false;
      }
      items.add(new Item(key, page.get(i + 1)));
    }
    return true;
  }

  private Reply page(List<Item> items, byte @Nullable [] horizon) {
    items.sort((one, other) -> order.compare(one.key, other.key));
    List<Reply> found = new ArrayList<>();
    byte[] next = horizon;
    int looked = 0;
    for (Item item : items) {
      boolean beyond = horizon != null && order.compare(item.key, horizon) >= 0;
      if (beyond || looked++ == limit) {
        next = beyond ? horizon : item.key;
        break;
      }
      if (!item.content.equals(Reply.NIL)) {
        found.add(Reply.bulk(item.key));
      }
      if (item.content instanceof Reply.Bulk value) {
        found.add(value);
      }
    }
    return Reply.array(next == null ? Reply.EMPTY : Reply.bulk(next), Reply.array(found));
  }
}
