package io.pika.proxy.routing;

import io.pika.proxy.algebra.Algebra;
import io.pika.proxy.algebra.Limit;
import io.pika.proxy.algebra.Member;
import io.pika.proxy.algebra.Weighing;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.PartForm;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** SUNION, SINTER, SDIFF, what stores them, and SINTERCARD, of sets in several slots. */
final class SetsOverSlots {
  private final SlotCaller.Calls calls;
  private final String unique;
  private final long maxReplyBytes;

  /** @param unique see {@link StagedKey} */
  SetsOverSlots(SlotCaller.Calls calls, String unique, long maxReplyBytes) {
    this.calls = calls;
    this.unique = unique;
    this.maxReplyBytes = maxReplyBytes;
  }

  Reply run(Command command, Request request) {
    Args args = new Args(request, 1);
    return switch (command) {
      case SINTERCARD -> count(args);
      case SUNIONSTORE, SINTERSTORE, SDIFFSTORE -> store(command, args.takeBytes(), rest(args));
      default -> members(command, rest(args));
    };
  }

  private static List<byte[]> rest(Args args) {
    List<byte[]> keys = new ArrayList<>();
    while (args.hasNext()) {
      keys.add(args.takeBytes());
    }
    return keys;
  }

  private Reply count(Args args) {
    List<byte[]> keys = counted(args);
    long limit = Limit.parse(args);
    long[] count = {0};
    each(Command.SINTER, keys, member -> ++count[0] != limit);
    return Reply.of(count[0]);
  }

  /** Reads {@code numkeys key ...}; that there are so many is why the request is here. */
  static List<byte[]> counted(Args args) {
    long count = args.takeLong();
    List<byte[]> keys = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      keys.add(args.takeBytes());
    }
    return keys;
  }

  private Reply members(Command command, List<byte[]> keys) {
    FoundMembers found = new FoundMembers(maxReplyBytes);
    each(command, keys, found::add);
    return Reply.set(found.members().stream().map(member -> Reply.bulk(member.bytes())).toList());
  }

  private Reply store(Command command, byte[] key, List<byte[]> keys) {
    StagedKey staged = new StagedKey(calls, key, unique, PartForm.MEMBERS);
    return staged.fill('s', command.redisName(), sink -> each(command, keys, sink));
  }

  private void each(Command command, List<byte[]> keys, Predicate<Member> out) {
    List<PagedOperand> operands = PagedOperand.sets(calls, keys);
    Weighing plain = Weighing.plain(operands.size());
    switch (command) {
      case SUNION, SUNIONSTORE -> Algebra.union(operands, plain, out);
      case SINTER, SINTERSTORE -> Algebra.intersection(operands, plain, out);
      default -> Algebra.difference(operands, out);
    }
  }
}
