package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.OpenGroup;
import io.pika.node.type.OpenGroup.Delivery;
import io.pika.node.type.OpenStream;
import io.pika.node.type.StreamId;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What XREAD and XREADGROUP ask for. It is resolved once, when the command comes: {@code $} is then the last id of that
 * moment. {@link #serve} says what is there, as often as one likes: a read that blocks is served again when something
 * was added.
 *
 * @param starts the streams, and behind which id to read; {@link StreamId#MAX} for a group's new entries
 * @param reader null for XREAD
 * @param count for each stream at most; 0: all
 * @param blockMs how long to wait for entries, 0: for ever; null: not at all
 */
record StreamRead(List<Start> starts, @Nullable Reader reader, long count, @Nullable Long blockMs) {
  private static final RefusalException UNBALANCED = new RefusalException(
      "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.");
  private static final RefusalException GROUP_OF_XREAD = new RefusalException(
      "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
  private static final RefusalException NOACK_OF_XREAD = new RefusalException(
      "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.");
  private static final RefusalException NO_GROUP_OPTION = new RefusalException(
      "ERR Missing GROUP option for XREADGROUP");
  private static final RefusalException LAST_OF_GROUP = new RefusalException(
      "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by "
          + "specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result "
          + "set.");
  private static final RefusalException NEW_OF_XREAD = new RefusalException(
      "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.");
  private static final Reply.Err NO_TIMEOUT = Reply.error("ERR timeout is not an integer or out of range");
  private static final RefusalException NEGATIVE_TIMEOUT = new RefusalException("ERR timeout is negative");

  /** A stream and behind which id to read it. */
  record Start(byte[] key, StreamId after) {}

  /** A consumer of a group. */
  record Reader(byte[] group, byte[] consumer, Delivery delivery) {}

  /** The commands that read. */
  enum Kind {
    XREAD, XREADGROUP
  }

  static StreamRead parse(Args args, Kind kind, KeySpace keys) {
    boolean grouped = kind == Kind.XREADGROUP;
    byte[] group = null;
    byte[] consumer = null;
    Delivery delivery = Delivery.ACKNOWLEDGED;
    long count = 0;
    Long blockMs = null;
    while (true) {
      boolean hasValue = args.remaining() > 1;
      if (hasValue && args.takeIf("BLOCK")) {
        blockMs = timeout(args);
      } else if (hasValue && args.takeIf("COUNT")) {
        count = Math.max(args.takeLong(), 0);
      } else if (hasValue && args.takeIf("STREAMS")) {
        break;
      } else if (args.remaining() > 2 && args.takeIf("GROUP")) {
        group = ofGroup(args.takeBytes(), grouped, GROUP_OF_XREAD);
        consumer = args.takeBytes();
      } else if (args.takeIf("NOACK")) {
        delivery = ofGroup(Delivery.FORGOTTEN, grouped, NOACK_OF_XREAD);
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    if (args.remaining() % 2 != 0) {
      throw UNBALANCED;
    }
    if (grouped && group == null) {
      throw NO_GROUP_OPTION;
    }
    Reader reader = group == null || consumer == null ? null : new Reader(group, consumer, delivery);
    return new StreamRead(starts(args, reader, keys), reader, count, blockMs);
  }

  private static <T> T ofGroup(T value, boolean grouped, RefusalException otherwise) {
    if (!grouped) {
      throw otherwise;
    }
    return value;
  }

  private static long timeout(Args args) {
    long timeoutMs = args.takeLong(NO_TIMEOUT);
    if (timeoutMs < 0) {
      throw NEGATIVE_TIMEOUT;
    }
    return timeoutMs;
  }

  private static List<Start> starts(Args args, @Nullable Reader reader, KeySpace keys) {
    List<byte[]> streams = new ArrayList<>();
    for (int i = args.remaining() / 2; i > 0; i--) {
      streams.add(args.takeBytes());
    }
    List<Start> starts = new ArrayList<>(streams.size());
    for (byte[] key : streams) {
      OpenStream stream = OpenStream.find(keys, key);
      if (reader != null) {
        group(stream, key, reader);
      }
      starts.add(new Start(key, after(args.takeBytes(), stream, reader)));
    }
    return starts;
  }

  private static OpenGroup group(@Nullable OpenStream stream, byte[] key, Reader reader) {
    OpenGroup group = stream == null ? null : OpenGroup.find(stream, reader.group);
    if (group == null) {
      throw StreamReplies.noGroup(key, reader.group, " in XREADGROUP with GROUP option");
    }
    return group;
  }

  private static StreamId after(byte[] word, @Nullable OpenStream stream, @Nullable Reader reader) {
    if (isOnly('$', word)) {
      if (reader != null) {
        throw LAST_OF_GROUP;
      }
      return stream == null ? StreamId.ZERO : stream.lastId();
    }
    if (isOnly('>', word)) {
      if (reader == null) {
        throw NEW_OF_XREAD;
      }
      return StreamId.MAX;
    }
    return StreamIds.exact(word);
  }

  private static boolean isOnly(char sign, byte[] word) {
    return word.length > 0 && word[0] == sign && (word.length == 1 || word[1] == 0);
  }

  /** What is there; null: nothing, and nothing has changed. @param replyBytes see {@link Limits#replyBytes} */
  @Nullable
  Reply serve(KeySpace keys, long replyBytes) {
    ReplyItems items = new ReplyItems(replyBytes);
    for (Start start : starts) {
      OpenStream stream = OpenStream.find(keys, start.key);
      List<Reply> entries = stream == null ? null : read(stream, start, items);
      if (entries != null) {
        items.add(start.key);
        items.add(Reply.array(entries));
      }
    }
    return items.size() == 0 ? null : items.mapOrPairs();
  }

  /** Whether the group that reads is still one of all these streams; true where none reads. */
  boolean groupIsThere(KeySpace keys, List<Start> among) {
    if (reader == null) {
      return true;
    }
    byte[] group = reader.group;
    return among.stream().map(start -> OpenStream.find(keys, start.key))
        .allMatch(stream -> stream == null || OpenGroup.find(stream, group) != null);
  }

  /** Null: the stream has nothing to say. What is pending is said even if it is nothing. */
  private @Nullable List<Reply> read(OpenStream stream, Start start, ReplyItems counted) {
    List<Reply> entries = new ArrayList<>();
    StreamId from = start.after.next();
    if (reader == null) {
      if (from != null && !from.isAfter(stream.lastId())) {
        stream.range(from, StreamId.MAX, count, entry -> entries.add(StreamReplies.entry(entry, counted)));
      }
      return entries.isEmpty() ? null : entries;
    }
    OpenGroup group = group(stream, start.key, reader);
    if (from == null) {
      boolean any = group.readNew(reader.consumer, count, reader.delivery,
          entry -> entries.add(StreamReplies.entry(entry, counted)));
      return any ? entries : null;
    }
    group.readPending(reader.consumer, from, count,
        entry -> entries.add(StreamReplies.entry(entry, counted)));
    return entries;
  }
}
