package io.pika.node.command;

import io.pika.node.command.ElementReplies.Answer;
import io.pika.node.command.ElementReplies.Settled;
import io.pika.node.store.KeySpace;
import io.pika.node.type.Direction;
import io.pika.node.type.ElementRun;
import io.pika.node.type.NewStreamId;
import io.pika.node.type.OpenStream;
import io.pika.node.type.StreamId;
import io.pika.node.type.StreamTrim;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands on streams' entries, of Redis 7.0. The order of checks is Redis'. */
final class StreamCommands {
  private static final RefusalException ID_IS_ZERO = new RefusalException(
      "ERR The ID specified in XADD must be greater than 0-0");
  private static final RefusalException NEGATIVE_ADDED = new RefusalException(
      "ERR entries_added must be positive");
  private static final RefusalException ID_BELOW_GIVEN_DELETED = new RefusalException(
      "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");

  private final ElementReplies elements;

  StreamCommands(ElementReplies elements) {
    this.elements = elements;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.XADD, StreamCommands::add);
    handlers.on(Command.XDEL, StreamCommands::delete);
    handlers.on(Command.XLEN, StreamCommands::length);
    elements.bind(handlers, Command.XRANGE, StreamCommands::range);
    elements.bind(handlers, Command.XREVRANGE, StreamCommands::rangeBack);
    handlers.on(Command.XSETID, StreamCommands::setId);
    handlers.on(Command.XTRIM, StreamCommands::trim);
  }

  private static Reply add(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    StreamTrimOptions options = new StreamTrimOptions();
    boolean make = true;
    NewStreamId id = null;
    while (id == null && args.hasNext()) {
      if (args.takeIf("NOMKSTREAM")) {
        make = false;
      } else if (!options.take(args)) {
        id = newId(args.takeBytes());
      }
    }
    StreamTrim trim = options.ofAdd();
    if (id == null || args.remaining() < 2 || args.remaining() % 2 != 0) {
      throw new RefusalException(Reply.wrongArity("xadd"));
    }
    if (id.equals(new NewStreamId.Exactly(StreamId.ZERO))) {
      throw ID_IS_ZERO;
    }
    OpenStream stream = make ? OpenStream.findOrMake(keys, key) : OpenStream.find(keys, key);
    return stream == null ? Reply.NIL : StreamReplies.id(stream.add(id, rest(args), trim));
  }

  private static NewStreamId newId(byte[] text) {
    if (text.length == 1 && text[0] == '*') {
      return new NewStreamId.Now();
    }
    Long ms = StreamIds.timeOfAny(text);
    return ms == null ? new NewStreamId.Exactly(StreamIds.exact(text)) : new NewStreamId.Within(ms);
  }

  private static List<byte[]> rest(Args args) {
    List<byte[]> rest = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      rest.add(args.takeBytes());
    }
    return rest;
  }

  /** All ids are read before anything is done with one. */
  static List<StreamId> ids(Args args) {
    List<StreamId> ids = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      ids.add(StreamIds.exact(args.takeBytes()));
    }
    return ids;
  }

  private static Reply delete(Args args, KeySpace keys) {
    OpenStream stream = OpenStream.find(keys, args.takeBytes());
    return stream == null ? Reply.ZERO : Reply.of(stream.delete(ids(args)));
  }

  private static Reply length(Args args, KeySpace keys) {
    OpenStream stream = OpenStream.find(keys, args.takeBytes());
    return stream == null ? Reply.ZERO : Reply.of(stream.length());
  }

  private static Answer range(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    StreamId from = StreamIds.from(args.takeBytes());
    StreamId to = StreamIds.to(args.takeBytes());
    Long count = count(args);
    return entries(OpenStream.find(keys, key), from, to, Direction.UP, count);
  }

  private static Answer rangeBack(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    byte[] end = args.takeBytes();
    StreamId from = StreamIds.from(args.takeBytes());
    StreamId to = StreamIds.to(end);
    Long count = count(args);
    return entries(OpenStream.find(keys, key), from, to, Direction.DOWN, count);
  }

  private static Answer entries(@Nullable OpenStream stream, StreamId from, StreamId to, Direction direction,
      @Nullable Long count) {
    if (stream != null && count != null && count <= 0) {
      return new Settled(Reply.NULL_ARRAY);
    }
    ElementRun entries = stream == null
        ? null
        : stream.entries(from, to, direction, count == null ? Long.MAX_VALUE : count);
    return Answer.of(entries, ReplyShape.ARRAY, 1,
        (name, value, items) -> items.add(StreamReplies.entry(OpenStream.entryOf(name, value), items)));
  }

  /** Null: there is none. The last one counts; -1 is none too. */
  private static @Nullable Long count(Args args) {
    Long count = null;
    while (args.hasNext()) {
      if (args.remaining() == 1 || !args.takeIf("COUNT")) {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
      count = args.takeLong();
    }
    return count;
  }

  private static Reply setId(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    StreamId id = StreamIds.exact(args.takeBytes());
    Long added = null;
    StreamId deleted = StreamId.ZERO;
    while (args.hasNext()) {
      boolean hasValue = args.remaining() > 1;
      if (hasValue && args.takeIf("ENTRIESADDED")) {
        added = args.takeLong();
        if (added < 0) {
          throw NEGATIVE_ADDED;
        }
      } else if (hasValue && args.takeIf("MAXDELETEDID")) {
        deleted = StreamIds.exact(args.takeBytes());
        if (deleted.isAfter(id)) {
          throw ID_BELOW_GIVEN_DELETED;
        }
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    OpenStream stream = OpenStream.find(keys, key);
    if (stream == null) {
      throw new RefusalException(Reply.NO_SUCH_KEY);
    }
    stream.setLastId(id, added, deleted.equals(StreamId.ZERO) ? null : deleted);
    return Reply.OK;
  }

  private static Reply trim(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    StreamTrimOptions options = new StreamTrimOptions();
    while (args.hasNext()) {
      if (!options.take(args)) {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    StreamTrim trim = options.ofTrim();
    OpenStream stream = OpenStream.find(keys, key);
    return stream == null ? Reply.ZERO : Reply.of(stream.trim(trim));
  }
}
