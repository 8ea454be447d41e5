package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.OpenGroup;
import io.pika.node.type.OpenGroup.PendingQuery;
import io.pika.node.type.OpenStream;
import io.pika.node.type.StreamConsumer;
import io.pika.node.type.StreamEntry;
import io.pika.node.type.StreamId;
import io.pika.node.type.StreamPending;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.SubCommand;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** XINFO: streams, groups and consumers from outside, of Redis 7.0. */
final class StreamInfoCommands {
  private static final List<Reply> HELP = List.of(
      Reply.simple("XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"),
      Reply.simple("CONSUMERS <key> <groupname>"),
      Reply.simple("    Show consumers of <groupname>."),
      Reply.simple("GROUPS <key>"),
      Reply.simple("    Show the stream consumer groups."),
      Reply.simple("STREAM <key> [FULL [COUNT <count>]"),
      Reply.simple("    Show information about the stream."),
      Reply.simple("HELP"),
      Reply.simple("    Prints this help."));
  private static final long FULL_COUNT = 10;
  /** Most entries that Redis has in one node of its tree. */
  private static final long NODE_ENTRIES = 100;

  private final long replyBytes;

  /** @param replyBytes see {@link Limits#replyBytes} */
  StreamInfoCommands(long replyBytes) {
    this.replyBytes = replyBytes;
  }

  void bind(Handlers handlers) {
    handlers.on(SubCommand.XINFO_CONSUMERS, this::consumers);
    handlers.on(SubCommand.XINFO_GROUPS, this::groups);
    handlers.on(SubCommand.XINFO_HELP, (args, keys) -> Reply.array(HELP));
    handlers.on(SubCommand.XINFO_STREAM, this::stream);
  }

  private static OpenStream expect(KeySpace keys, byte[] key) {
    OpenStream stream = OpenStream.find(keys, key);
    if (stream == null) {
      throw new RefusalException(Reply.NO_SUCH_KEY);
    }
    return stream;
  }

  private Reply consumers(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    OpenStream stream = expect(keys, key);
    byte[] name = args.takeBytes();
    OpenGroup group = OpenGroup.find(stream, name);
    if (group == null) {
      throw StreamReplies.noGroupOfKey(name, key);
    }
    ReplyItems items = new ReplyItems(replyBytes);
    group.eachConsumer(consumer -> items.add(new Facts(items).bulk("name", consumer.name())
        .number("pending", consumer.pending())
        .number("idle", Math.max(keys.nowMs() - consumer.seenMs(), 0)).map()));
    return items.array();
  }

  private Reply groups(Args args, KeySpace keys) {
    ReplyItems items = new ReplyItems(replyBytes);
    OpenGroup.each(expect(keys, args.takeBytes()),
        group -> items.add(new Facts(items).bulk("name", group.name())
            .number("consumers", group.consumers())
            .number("pending", group.pending())
            .id("last-delivered-id", group.lastId())
            .number("entries-read", read(group))
            .number("lag", group.lag()).map()));
    return items.array();
  }

  private static @Nullable Long read(OpenGroup group) {
    return group.entriesRead() == OpenGroup.UNKNOWN ? null : group.entriesRead();
  }

  private Reply stream(Args args, KeySpace keys) {
    OpenStream stream = expect(keys, args.takeBytes());
    ReplyItems counted = new ReplyItems(replyBytes);
    Long full = full(args);
    Facts facts = new Facts(counted).number("length", stream.length())
        .number("radix-tree-keys", nodes(stream))
        .number("radix-tree-nodes", nodes(stream) + 1)
        .id("last-generated-id", stream.lastId())
        .id("max-deleted-entry-id", stream.maxDeletedId())
        .number("entries-added", stream.entriesAdded())
        .id("recorded-first-entry-id", stream.firstId());
    if (full == null) {
      return facts.number("groups", stream.groups())
          .add("first-entry", entryOrNil(stream.first(), counted))
          .add("last-entry", entryOrNil(stream.last(), counted)).map();
    }
    List<Reply> entries = new ArrayList<>();
    stream.range(StreamId.ZERO, StreamId.MAX, full,
        entry -> entries.add(StreamReplies.entry(entry, counted)));
    List<Reply> groups = new ArrayList<>();
    OpenGroup.each(stream, group -> groups.add(group(group, full, counted)));
    return facts.add("entries", Reply.array(entries)).add("groups", Reply.array(groups)).map();
  }

  /** The count of FULL, 0 for all; null: not in full. */
  private static @Nullable Long full(Args args) {
    int words = args.remaining();
    if (words == 0) {
      return null;
    }
    if (words != 1 && words != 3 || !args.takeIf("FULL")) {
      throw StreamReplies.wrongArguments(args.request().arg(1), "XINFO");
    }
    if (words == 1) {
      return FULL_COUNT;
    }
    if (!args.takeIf("COUNT")) {
      throw StreamReplies.wrongArguments(args.request().arg(1), "XINFO");
    }
    long count = args.takeLong();
    return count < 0 ? FULL_COUNT : count;
  }

  /** How many nodes Redis' tree had if all were full. There is no tree here. */
  private static long nodes(OpenStream stream) {
    return (stream.length() + NODE_ENTRIES - 1) / NODE_ENTRIES;
  }

  private static Reply entryOrNil(@Nullable StreamEntry entry, ReplyItems counted) {
    return entry == null ? Reply.NIL : StreamReplies.entry(entry, counted);
  }

  private static Reply group(OpenGroup group, long count, ReplyItems counted) {
    List<Reply> pending = new ArrayList<>();
    group.eachPending(query(count, null), each -> pending.add(pending(each, counted)));
    List<Reply> consumers = new ArrayList<>();
    group.eachConsumer(consumer -> consumers.add(consumer(group, consumer, count, counted)));
    return new Facts(counted).bulk("name", group.name())
        .id("last-delivered-id", group.lastId())
        .number("entries-read", read(group))
        .number("lag", group.lag())
        .number("pel-count", group.pending())
        .add("pending", Reply.array(pending))
        .add("consumers", Reply.array(consumers)).map();
  }

  private static PendingQuery query(long count, byte @Nullable [] consumer) {
    return new PendingQuery(StreamId.ZERO, StreamId.MAX, count == 0 ? Long.MAX_VALUE : count, 0, consumer);
  }

  private static Reply pending(StreamPending pending, ReplyItems counted) {
    counted.count(StreamReplies.ID_BYTES + pending.consumer().length);
    return Reply.array(StreamReplies.id(pending.id()), Reply.bulk(pending.consumer()),
        Reply.of(pending.deliveredMs()), Reply.of(pending.deliveries()));
  }

  private static Reply consumer(OpenGroup group, StreamConsumer consumer, long count, ReplyItems counted) {
    List<Reply> pending = new ArrayList<>();
    group.eachPending(query(count, consumer.name()), each -> {
      counted.count(StreamReplies.ID_BYTES);
      pending.add(Reply.array(StreamReplies.id(each.id()), Reply.of(each.deliveredMs()),
          Reply.of(each.deliveries())));
    });
    return new Facts(counted).bulk("name", consumer.name())
        .number("seen-time", consumer.seenMs())
        .number("pel-count", consumer.pending())
        .add("pending", Reply.array(pending)).map();
  }

  /** Named facts: a map in RESP3. */
  private static final class Facts {
    private final List<Reply> namesAndValues = new ArrayList<>();
    private final ReplyItems counted;

    Facts(ReplyItems counted) {
      this.counted = counted;
    }

    Facts add(String name, Reply value) {
      counted.count(0);
      namesAndValues.add(Reply.bulk(name));
      namesAndValues.add(value);
      return this;
    }

    Facts bulk(String name, byte[] value) {
      counted.count(value.length);
      return add(name, Reply.bulk(value));
    }

    /** Null: not known. */
    Facts number(String name, @Nullable Long value) {
      return add(name, value == null ? Reply.NIL : Reply.of(value));
    }

    Facts id(String name, StreamId id) {
      return add(name, StreamReplies.id(id));
    }

    Reply map() {
      return Reply.map(namesAndValues);
    }
  }
}
