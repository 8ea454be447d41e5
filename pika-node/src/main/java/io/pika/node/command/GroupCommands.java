package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.OpenGroup;
import io.pika.node.type.OpenStream;
import io.pika.node.type.StreamId;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.SubCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** XGROUP: groups of consumers that read a stream together, of Redis 7.0. The order of checks is Redis'. */
final class GroupCommands {
  private static final List<Reply> HELP = List.of(
      Reply.simple("XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"),
      Reply.simple("CREATE <key> <groupname> <id|$> [option]"),
      Reply.simple("    Create a new consumer group. Options are:"),
      Reply.simple("    * MKSTREAM"),
      Reply.simple("      Create the empty stream if it does not exist."),
      Reply.simple("    * ENTRIESREAD entries_read"),
      Reply.simple("      Set the group's entries_read counter (internal use)."),
      Reply.simple("CREATECONSUMER <key> <groupname> <consumer>"),
      Reply.simple("    Create a new consumer in the specified group."),
      Reply.simple("DELCONSUMER <key> <groupname> <consumer>"),
      Reply.simple("    Remove the specified consumer."),
      Reply.simple("DESTROY <key> <groupname>"),
      Reply.simple("    Remove the specified group."),
      Reply.simple("SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]"),
      Reply.simple("    Set the current group ID and entries_read counter."),
      Reply.simple("HELP"),
      Reply.simple("    Prints this help."));
  private static final RefusalException NO_KEY = new RefusalException(
      "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM "
          + "option to create an empty stream automatically.");
  private static final RefusalException NEGATIVE_READ = new RefusalException(
      "ERR value for ENTRIESREAD must be positive or -1");
  /** More arguments than this are refused, whatever they are. */
  private static final int CREATE_ARGS_MAX = 6;

  private GroupCommands() {}

  static void bind(Handlers handlers) {
    handlers.on(SubCommand.XGROUP_CREATE, GroupCommands::create);
    handlers.on(SubCommand.XGROUP_CREATECONSUMER, GroupCommands::createConsumer);
    handlers.on(SubCommand.XGROUP_DELCONSUMER, GroupCommands::deleteConsumer);
    handlers.on(SubCommand.XGROUP_DESTROY, GroupCommands::destroy);
    handlers.on(SubCommand.XGROUP_HELP, (args, keys) -> Reply.array(HELP));
    handlers.on(SubCommand.XGROUP_SETID, GroupCommands::setId);
  }

  private static Reply create(Args args, KeySpace keys) {
    int count = args.remaining();
    byte[] key = args.takeBytes();
    byte[] name = args.takeBytes();
    byte[] id = args.takeBytes();
    boolean make = false;
    long read = OpenGroup.UNKNOWN;
    while (args.hasNext()) {
      if (args.takeIf("MKSTREAM")) {
        make = true;
      } else {
        read = takeRead(args);
      }
    }
    OpenStream found = OpenStream.find(keys, key);
    if (found == null && !make) {
      throw NO_KEY;
    }
    if (count > CREATE_ARGS_MAX) {
      throw wrongArguments(args);
    }
    StreamId lastId = isLast(id) ? lastId(found) : StreamIds.exact(id);
    OpenStream stream = found == null ? OpenStream.findOrMake(keys, key) : found;
    OpenGroup.create(stream, name, lastId, read);
    return Reply.OK;
  }

  private static StreamId lastId(@Nullable OpenStream stream) {
    return stream == null ? StreamId.ZERO : stream.lastId();
  }

  private static boolean isLast(byte[] id) {
    return id.length > 0 && id[0] == '$' && (id.length == 1 || id[1] == 0);
  }

  private static long takeRead(Args args) {
    if (args.remaining() == 1 || !args.takeIf("ENTRIESREAD")) {
      throw wrongArguments(args);
    }
    long read = args.takeLong();
    if (read < 0 && read != OpenGroup.UNKNOWN) {
      throw NEGATIVE_READ;
    }
    return read;
  }

  private static RefusalException wrongArguments(Args args) {
    return StreamReplies.wrongArguments(args.request().arg(1), "XGROUP");
  }

  private static Reply setId(Args args, KeySpace keys) {
    int count = args.remaining();
    byte[] key = args.takeBytes();
    byte[] name = args.takeBytes();
    byte[] id = args.takeBytes();
    long read = OpenGroup.UNKNOWN;
    while (args.hasNext()) {
      read = takeRead(args);
    }
    OpenStream stream = expect(keys, key);
    OpenGroup group = expect(stream, name, key);
    if (count != 3 && count != 5) {
      throw wrongArguments(args);
    }
    group.setLastId(isLast(id) ? stream.lastId() : StreamIds.exactOrEnd(id), read);
    return Reply.OK;
  }

  private static OpenStream expect(KeySpace keys, byte[] key) {
    OpenStream stream = OpenStream.find(keys, key);
    if (stream == null) {
      throw NO_KEY;
    }
    return stream;
  }

  private static OpenGroup expect(OpenStream stream, byte[] name, byte[] key) {
    OpenGroup group = OpenGroup.find(stream, name);
    if (group == null) {
      throw StreamReplies.noGroupOfKey(name, key);
    }
    return group;
  }

  private static Reply destroy(Args args, KeySpace keys) {
    OpenGroup group = OpenGroup.find(expect(keys, args.takeBytes()), args.takeBytes());
    if (group == null) {
      return Reply.ZERO;
    }
    group.destroy();
    return Reply.ONE;
  }

  private static Reply createConsumer(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    OpenGroup group = expect(expect(keys, key), args.takeBytes(), key);
    return group.createConsumer(args.takeBytes()) ? Reply.ONE : Reply.ZERO;
  }

  private static Reply deleteConsumer(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    OpenGroup group = expect(expect(keys, key), args.takeBytes(), key);
    return Reply.of(group.deleteConsumer(args.takeBytes()));
  }
}
