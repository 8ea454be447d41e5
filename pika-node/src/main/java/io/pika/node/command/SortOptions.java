package io.pika.node.command;

import io.pika.node.type.Direction;
import io.pika.node.type.Slice;
import io.pika.node.type.SortPattern;
import io.pika.node.type.Sorting.By;
import io.pika.node.type.Sorting.Order;
import io.pika.proxy.protocol.Access;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows the key in SORT: {@code [BY pattern] [LIMIT offset count] [GET pattern ...] [ASC | DESC] [ALPHA]
 * [STORE key]}. The last of each kind counts, but every GET gives something; one BY without a star is enough for nothing
 * to be sorted.
 *
 * @param get empty: the elements themselves are given
 * @param target the key that takes the result; null: it is the reply
 */
record SortOptions(Order order, Slice slice, List<SortPattern> get, byte @Nullable [] target) {

  /** @param access READ: nothing can be stored */
  static SortOptions parse(Args args, Access access) {
    Direction direction = Direction.UP;
    By by = By.NUMBERS;
    SortPattern pattern = null;
    boolean constant = false;
    Slice slice = Slice.WHOLE;
    List<SortPattern> get = new ArrayList<>();
    byte[] target = null;
    while (args.hasNext()) {
      boolean hasValue = args.remaining() > 1;
      if (args.takeIf("ASC")) {
        direction = Direction.UP;
      } else if (args.takeIf("DESC")) {
        direction = Direction.DOWN;
      } else if (args.takeIf("ALPHA")) {
        by = By.TEXT;
      } else if (args.remaining() > 2 && args.takeIf("LIMIT")) {
        slice = new Slice(args.takeLong(), args.takeLong());
      } else if (hasValue && access == Access.WRITE && args.takeIf("STORE")) {
        target = args.takeBytes();
      } else if (hasValue && args.takeIf("BY")) {
        pattern = new SortPattern(args.takeBytes());
        constant |= pattern.isConstant();
      } else if (hasValue && args.takeIf("GET")) {
        get.add(new SortPattern(args.takeBytes()));
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    Order order = new Order(constant ? By.NOTHING : by, direction, pattern, target != null);
    return new SortOptions(order, slice, get, target);
  }
}
