package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.Direction;
import io.pika.node.type.SortedSets;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was taken out of the first of some sorted sets that is not empty; what waiting forms of the commands do as well.
 *
 * @param items members and scores in turn
 */
record SortedSetPop(byte[] key, ReplyItems items) {
  static final Reply.Err NEGATIVE = Reply.error("ERR value is out of range, must be positive");
  private static final Reply.Err NO_COUNT = Reply.error("ERR count should be greater than 0");

  /** What ZMPOP asks for: {@code numkeys key ... MIN|MAX [COUNT n]}. */
  record Order(List<byte[]> keys, Direction direction, long count) {
    static Order parse(Args args) {
      List<byte[]> keys = Words.countedKeys(args, 1, new RefusalException(Reply.SYNTAX_ERROR));
      Direction direction = direction(args);
      long count = 1;
      if (args.hasNext()) {
        if (!args.takeIf("COUNT")) {
          throw new RefusalException(Reply.SYNTAX_ERROR);
        }
        count = args.takeLong(1, Long.MAX_VALUE, NO_COUNT);
        args.expectEnd();
      }
      return new Order(keys, direction, count);
    }

    private static Direction direction(Args args) {
      if (args.takeIf("MIN")) {
        return Direction.UP;
      }
      if (args.takeIf("MAX")) {
        return Direction.DOWN;
      }
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
  }

  /** Null: all sets are empty. A key of another type is refused if it comes before the first set that is not. */
  static @Nullable SortedSetPop from(KeySpace keys, List<byte[]> candidates, Direction direction, long count,
      Limits limits) {
    for (byte[] key : candidates) {
      if (SortedSets.size(keys, key) > 0) {
        ReplyItems items = new ReplyItems(limits.replyBytes());
        SortedSets.pop(keys, key, direction, count, (member, score) -> {
          items.add(member);
          items.add(Reply.doubleNumber(score));
        });
        return new SortedSetPop(key, items);
      }
    }
    return null;
  }

  /** The key, and an array of pairs in any protocol. */
  Reply withKey() {
    List<Reply> pairs = new ArrayList<>();
    for (int i = 0; i < items.size(); i += 2) {
      pairs.add(Reply.array(items.list().get(i), items.list().get(i + 1)));
    }
    return Reply.array(Reply.bulk(key), Reply.array(pairs));
  }
}
