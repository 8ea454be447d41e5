package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.Lists;
import io.pika.node.type.SortPattern;
import io.pika.node.type.Sorting;
import io.pika.proxy.protocol.Access;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.routing.SlotHash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** SORT and SORT_RO of Redis 7.0. The order of checks is Redis'. */
final class SortCommands {
  private static final byte[] NOTHING = {};

  private final Lists lists;
  private final Limits limits;
  private final IntUnaryOperator slots;

  /** @param slots how many slots a table has */
  SortCommands(Lists lists, Limits limits, IntUnaryOperator slots) {
    this.lists = lists;
    this.limits = limits;
    this.slots = slots;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.SORT, (args, keys) -> sort(args, keys, Access.WRITE));
    handlers.on(Command.SORT_RO, (args, keys) -> sort(args, keys, Access.READ));
  }

  private Reply sort(Args args, KeySpace keys, Access access) {
    byte[] key = args.takeBytes();
    SortOptions options = SortOptions.parse(args, access);
    int slotCount = slots.applyAsInt(keys.table());
    int own = SlotHash.slot(key, slotCount);
    Sorting sorting = new Sorting(keys, named -> SlotHash.slot(named, slotCount) == own,
        limits.replyBytes());
    List<byte[]> sorted = sorting.sorted(key, options.order(), options.slice());
    byte[] target = options.target();
    return target == null
        ? reply(sorting, sorted, options)
        : Reply.of(lists.replace(keys, target, values(sorting, sorted, options)));
  }

  private Reply reply(Sorting sorting, List<byte[]> sorted, SortOptions options) {
    ReplyItems items = new ReplyItems(limits.replyBytes());
    for (byte[] element : sorted) {
      if (options.get().isEmpty()) {
        items.add(element);
      }
      for (SortPattern pattern : options.get()) {
        items.addOrNil(sorting.value(pattern, element));
      }
    }
    return items.array();
  }

  /** What is stored: what is not there is empty. */
  private List<byte[]> values(Sorting sorting, List<byte[]> sorted, SortOptions options) {
    if (options.get().isEmpty()) {
      return sorted;
    }
    ReplyItems bound = new ReplyItems(limits.replyBytes());
    List<byte[]> values = new ArrayList<>();
    for (byte[] element : sorted) {
      for (SortPattern pattern : options.get()) {
        byte[] value = sorting.value(pattern, element);
        values.add(value == null ? NOTHING : value);
        bound.count(values.getLast().length);
      }
    }
    return values;
  }
}
