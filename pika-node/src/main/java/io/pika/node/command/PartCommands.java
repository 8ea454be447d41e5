package io.pika.node.command;

import io.pika.core.bytes.Bytes;
import io.pika.node.command.PartKeys.Telling;
import io.pika.node.engine.KeyHandler;
import io.pika.node.engine.Transaction;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.type.Staging;
import io.pika.proxy.algebra.Member;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.PartForm;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What other nodes, or this one, ask of a slot for a command whose keys lie in several: see {@link PartForm}. */
final class PartCommands {
  private static final char GENERIC = 'g';
  private static final char NEW = 'n';

  private final Handlers handlers;
  private final Limits limits;

  PartCommands(Handlers handlers, Limits limits) {
    this.handlers = handlers;
    this.limits = limits;
  }

  void bind() {
    handlers.onPart(this::run);
  }

  private Reply run(Args args, KeySpace keys) {
    return switch (PartForm.valueOf(args.takeUpper())) {
      case MEMBERS -> done(Staging.add(keys, args.takeBytes(), args.takeLong(), Words.rest(args)));
      case SCORED -> done(Staging.addScored(keys, args.takeBytes(), args.takeLong(), scored(args)));
      case PLACE -> place(args, keys);
      case DROP -> Reply.of(keys.delete(args.takeBytes()) ? 1 : 0);
      case WITH -> with(args, keys);
      case MAKE -> make(args, keys);
    };
  }

  private static Reply done(boolean done) {
    if (!done) {
      throw new RefusalException(PartForm.LOST);
    }
    return Reply.OK;
  }

  private static List<Member> scored(Args args) {
    List<Member> members = new ArrayList<>();
    while (args.hasNext()) {
      double score = PartForm.score(args.takeBytes());
      members.add(Member.of(args.takeBytes(), score));
    }
    return members;
  }

  private static Reply place(Args args, KeySpace keys) {
    byte[] staged = args.takeBytes();
    long size = args.takeLong();
    byte[] key = args.takeBytes();
    char letter = args.takeText().charAt(0);
    String event = args.takeText();
    if (size == 0) {
      if (keys.delete(key)) {
        keys.announce(GENERIC, "del", key);
      }
      return Reply.OK;
    }
    boolean isNew = keys.find(key) == null;
    Reply done = done(Staging.place(keys, staged, size, key));
    if (isNew) {
      keys.announce(NEW, "new", key);
    }
    keys.announce(letter, event, key);
    return done;
  }

  private Reply with(Args args, KeySpace keys) {
    Request request = Transaction.parse(args.takeBytes());
    Map<Bytes, Entry> carried = new HashMap<>();
    while (args.hasNext()) {
      byte[] key = args.takeBytes();
      boolean isString = args.takeText().equals(PartForm.STRING);
      byte[] value = args.takeBytes();
      carried.put(Bytes.of(key), Staging.carried(isString ? value : null));
    }
    return handler(request).run(new Args(request, 1), new PartKeys(keys, carried, Telling.TOLD));
  }

  private Reply make(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    Request request = Transaction.parse(args.takeBytes());
    PartKeys untold = new PartKeys(keys, Map.of(), Telling.UNTOLD);
    Reply reply = handler(request).run(new Args(request, 1), untold);
    if (reply instanceof Reply.Err) {
      return reply;
    }
    ReplyItems items = new ReplyItems(limits.replyBytes());
    Staging.takeOut(keys, key, (member, score) -> {
      items.add(member);
      items.add(PartForm.bytes(score));
    });
    return items.array();
  }

  private KeyHandler handler(Request request) {
    KeyHandler handler = handlers.find(request);
    if (handler == null) {
      throw new IllegalArgumentException(request + " does not run on keys");
    }
    return handler;
  }
}
