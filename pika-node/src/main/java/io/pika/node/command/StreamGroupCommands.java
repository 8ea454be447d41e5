package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.OpenGroup;
import io.pika.node.type.OpenGroup.AutoClaim;
import io.pika.node.type.OpenGroup.PendingQuery;
import io.pika.node.type.OpenStream;
import io.pika.node.type.StreamClaim;
import io.pika.node.type.StreamEntry;
import io.pika.node.type.StreamId;
import io.pika.node.type.StreamPending;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What consumers do with entries that are pending, of Redis 7.0. The order of checks is Redis'. */
final class StreamGroupCommands {
  private static final Reply.Err CLAIM_IDLE = Reply.error("ERR Invalid min-idle-time argument for XCLAIM");
  private static final Reply.Err AUTO_CLAIM_IDLE = Reply
      .error("ERR Invalid min-idle-time argument for XAUTOCLAIM");
  private static final Reply.Err COUNT_BELOW_1 = Reply.error("ERR COUNT must be > 0");
  private static final long AUTO_CLAIM_COUNT = 100;
  /** Redis' bound: one id each must have its place in memory. */
  private static final long AUTO_CLAIM_COUNT_MAX = Long.MAX_VALUE / 16;

  private final long replyBytes;

  /** @param replyBytes see {@link Limits#replyBytes} */
  StreamGroupCommands(long replyBytes) {
    this.replyBytes = replyBytes;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.XACK, StreamGroupCommands::acknowledge);
    handlers.on(Command.XAUTOCLAIM, this::autoClaim);
    handlers.on(Command.XCLAIM, this::claim);
    handlers.on(Command.XPENDING, this::pending);
  }

  private static @Nullable OpenGroup find(KeySpace keys, byte[] key, byte[] group) {
    OpenStream stream = OpenStream.find(keys, key);
    return stream == null ? null : OpenGroup.find(stream, group);
  }

  private static OpenGroup expect(KeySpace keys, byte[] key, byte[] name) {
    OpenGroup group = find(keys, key, name);
    if (group == null) {
      throw StreamReplies.noGroup(key, name, "");
    }
    return group;
  }

  private static Reply acknowledge(Args args, KeySpace keys) {
    OpenGroup group = find(keys, args.takeBytes(), args.takeBytes());
    return group == null ? Reply.ZERO : Reply.of(group.acknowledge(StreamCommands.ids(args)));
  }

  private Reply pending(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] name = args.takeBytes();
    if (!args.hasNext()) {
      return summary(expect(keys, key, name));
    }
    if (args.remaining() < 3 || args.remaining() > 6) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    PendingQuery query = query(args);
    OpenGroup group = expect(keys, key, name);
    ReplyItems items = new ReplyItems(replyBytes);
    group.eachPending(query, each -> items.add(pending(each, keys.nowMs(), items)));
    return items.array();
  }

  private static PendingQuery query(Args args) {
    long minIdleMs = 0;
    if (args.takeIf("IDLE")) {
      minIdleMs = args.takeLong();
    }
    if (args.remaining() < 3) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    byte[] start = args.takeBytes();
    byte[] end = args.takeBytes();
    long count = args.takeLong();
    StreamId from = StreamIds.from(start);
    StreamId to = StreamIds.to(end);
    return new PendingQuery(from, to, count, minIdleMs, args.hasNext() ? args.takeBytes() : null);
  }

  private static Reply pending(StreamPending pending, long nowMs, ReplyItems counted) {
    counted.count(pending.consumer().length);
    return Reply.array(StreamReplies.id(pending.id()), Reply.bulk(pending.consumer()),
        Reply.of(Math.max(nowMs - pending.deliveredMs(), 0)), Reply.of(pending.deliveries()));
  }

  private Reply summary(OpenGroup group) {
    List<StreamId> edges = group.pendingEdges();
    if (edges.isEmpty()) {
      return Reply.array(Reply.ZERO, Reply.NIL, Reply.NIL, Reply.NULL_ARRAY);
    }
    ReplyItems consumers = new ReplyItems(replyBytes);
    group.eachConsumer(consumer -> {
      if (consumer.pending() > 0) {
        consumers.count(consumer.name().length);
        consumers
            .add(Reply.array(Reply.bulk(consumer.name()), Reply.bulk(Numbers.format(consumer.pending()))));
      }
    });
    return Reply.array(Reply.of(group.pending()), StreamReplies.id(edges.getFirst()),
        StreamReplies.id(edges.getLast()), consumers.array());
  }

  private Reply claim(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    OpenGroup group = expect(keys, key, args.takeBytes());
    byte[] consumer = args.takeBytes();
    long minIdleMs = Math.max(args.takeLong(CLAIM_IDLE), 0);
    List<StreamId> ids = new ArrayList<>();
    byte[] option = null;
    while (option == null && args.hasNext()) {
      byte[] word = args.takeBytes();
      StreamId id = StreamIds.exactOrNull(word);
      if (id == null) {
        option = word;
      } else {
        ids.add(id);
      }
    }
    StreamClaim claim = ClaimOptions.parse(option, args, minIdleMs, keys.nowMs());
    ReplyItems items = new ReplyItems(replyBytes);
    group.claim(consumer, ids, claim, entry -> items.add(claimed(entry, claim.justId(), items)));
    return items.array();
  }

  private static Reply claimed(StreamEntry entry, boolean justId, ReplyItems counted) {
    return justId ? StreamReplies.id(entry.id()) : StreamReplies.entry(entry, counted);
  }

  private Reply autoClaim(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] name = args.takeBytes();
    byte[] consumer = args.takeBytes();
    AutoClaim claim = autoClaim(args);
    OpenGroup group = expect(keys, key, name);
    ReplyItems items = new ReplyItems(replyBytes);
    List<Reply> forgotten = new ArrayList<>();
    StreamId rest = group.claimIdle(consumer, claim,
        entry -> items.add(claimed(entry, claim.justId(), items)), id -> {
          items.count(StreamReplies.ID_BYTES);
          forgotten.add(StreamReplies.id(id));
        });
    return Reply.array(StreamReplies.id(rest), items.array(), Reply.array(forgotten));
  }

  private static AutoClaim autoClaim(Args args) {
    long minIdleMs = Math.max(args.takeLong(AUTO_CLAIM_IDLE), 0);
    StreamId from = StreamIds.from(args.takeBytes());
    long count = AUTO_CLAIM_COUNT;
    boolean justId = false;
    while (args.hasNext()) {
      if (args.remaining() > 1 && args.takeIf("COUNT")) {
        count = args.takeLong(1, AUTO_CLAIM_COUNT_MAX, COUNT_BELOW_1);
      } else if (args.takeIf("JUSTID")) {
        justId = true;
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return new AutoClaim(from, minIdleMs, count, justId);
  }
}
