package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.HyperLogLogs;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;

/** The HyperLogLog commands of Redis 7.0. */
final class HyperLogLogCommands {
  private HyperLogLogCommands() {}

  static void bind(Handlers handlers) {
    handlers.on(Command.PFADD, HyperLogLogCommands::pfAdd);
    handlers.on(Command.PFCOUNT, HyperLogLogCommands::pfCount);
    handlers.on(Command.PFMERGE, HyperLogLogCommands::pfMerge);
  }

  private static Reply pfAdd(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    return HyperLogLogs.add(keys, key, rest(args)) ? Reply.ONE : Reply.ZERO;
  }

  private static Reply pfCount(Args args, KeySpace keys) {
    List<byte[]> counted = rest(args);
    return Reply.of(counted.size() == 1
        ? HyperLogLogs.count(keys, counted.getFirst())
        : HyperLogLogs.countUnion(keys, counted));
  }

  private static Reply pfMerge(Args args, KeySpace keys) {
    byte[] target = args.takeBytes();
    HyperLogLogs.merge(keys, target, rest(args));
    return Reply.OK;
  }

  private static List<byte[]> rest(Args args) {
    List<byte[]> rest = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      rest.add(args.takeBytes());
    }
    return rest;
  }
}
