package io.pika.node.command;

import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.type.AnyKey;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.SubCommand;
import java.util.List;

/** OBJECT: what Redis tells of a value's form in memory. Values here are on disk, so most of it is a convention. */
final class ObjectCommands {
  private static final List<Reply> HELP = List.of(
      Reply.simple("OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"),
      Reply.simple("ENCODING <key>"),
      Reply.simple("    Return the kind of internal representation used in order to store the value"),
      Reply.simple("    associated with a <key>."),
      Reply.simple("FREQ <key>"),
      Reply.simple("    Return the access frequency index of the <key>. The returned integer is"),
      Reply.simple("    proportional to the logarithm of the recent access frequency of the key."),
      Reply.simple("IDLETIME <key>"),
      Reply.simple("    Return the idle time of the <key>, that is the approximated number of"),
      Reply.simple("    seconds elapsed since the last access to the key."),
      Reply.simple("REFCOUNT <key>"),
      Reply.simple("    Return the number of references of the value associated with the specified"),
      Reply.simple("    <key>."),
      Reply.simple("HELP"),
      Reply.simple("    Prints this help."));
  private static final RefusalException NO_FREQUENCIES = new RefusalException(
      "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching"
          + " between policies at runtime LRU and LFU data will take some time to adjust.");
  /** Redis keeps the numbers from 0 to 9999 once, and says that of their count of references. */
  private static final int SHARED_NUMBERS = 10_000;
  private static final Reply SHARED = Reply.of(Integer.MAX_VALUE);

  private ObjectCommands() {}

  static void bind(Handlers handlers) {
    handlers.on(SubCommand.OBJECT_ENCODING, ObjectCommands::encoding);
    handlers.on(SubCommand.OBJECT_FREQ, ObjectCommands::frequency);
    handlers.on(SubCommand.OBJECT_HELP, (args, keys) -> Reply.array(HELP));
    handlers.on(SubCommand.OBJECT_IDLETIME, ObjectCommands::idleTime);
    handlers.on(SubCommand.OBJECT_REFCOUNT, ObjectCommands::references);
  }

  private static Reply encoding(Args args, KeySpace keys) {
    String encoding = AnyKey.encoding(keys, args.takeBytes());
    return encoding == null ? Reply.NIL : Reply.bulk(encoding);
  }

  private static Reply frequency(Args args, KeySpace keys) {
    if (AnyKey.exists(keys, args.takeBytes())) {
      throw NO_FREQUENCIES;
    }
    return Reply.NIL;
  }

  /** Nobody evicts by idleness, so nobody counts it. */
  private static Reply idleTime(Args args, KeySpace keys) {
    return AnyKey.exists(keys, args.takeBytes()) ? Reply.ZERO : Reply.NIL;
  }

  private static Reply references(Args args, KeySpace keys) {
    Entry entry = keys.find(args.takeBytes());
    if (entry == null) {
      return Reply.NIL;
    }
    return entry.type() == Entry.STRING && isShared(entry.value()) ? SHARED : Reply.ONE;
  }

  private static boolean isShared(byte[] value) {
    if (!Numbers.isLong(value)) {
      return false;
    }
    long number = Numbers.parseLong(value);
    return number >= 0 && number < SHARED_NUMBERS;
  }
}
