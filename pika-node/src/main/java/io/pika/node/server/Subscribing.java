package io.pika.node.server;

import io.netty.buffer.ByteBuf;
import io.pika.core.bytes.Bytes;
import io.pika.core.model.Table;
import io.pika.node.pubsub.ChannelKind;
import io.pika.node.pubsub.OwnChannels;
import io.pika.node.pubsub.PubSub;
import io.pika.node.pubsub.Subscriptions;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import io.pika.proxy.routing.SlotHash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE, PUBLISH and their relatives, as pubsub.c of Redis 7.0 answers them, within the session's table. A session
 * is alone while it subscribes and leaves: nothing before it is unanswered, so no message comes before the reply that
 * announces its channel, nor after the one that ends it.
 */
final class Subscribing {
  /** Of all kinds together. Their names' bytes count as the client's requests do. */
  static final int MAX_CHANNELS = 65_536;
  private static final Reply.Err TOO_MANY = Reply.error("ERR a connection may be subscribed to at most "
      + MAX_CHANNELS + " channels and patterns");
  private static final Reply.Err DROPPED = Reply.error("ERR this table was dropped; select another one");
  private static final Reply.Err CROSS_SLOT = Reply
      .error("CROSSSLOT Keys in request don't hash to the same slot");

  private final PubSub pubSub;
  private final Subscriptions subscriptions;

  Subscribing(PubSub pubSub) {
    this.pubSub = pubSub;
    this.subscriptions = pubSub.subscriptions();
  }

  Dispatcher bind(Dispatcher dispatcher) {
    return dispatcher.on(Command.SUBSCRIBE, to(ChannelKind.CHANNEL))
        .on(Command.PSUBSCRIBE, to(ChannelKind.PATTERN)).on(Command.SSUBSCRIBE, to(ChannelKind.SHARD))
        .on(Command.UNSUBSCRIBE, from(ChannelKind.CHANNEL))
        .on(Command.PUNSUBSCRIBE, from(ChannelKind.PATTERN))
        .on(Command.SUNSUBSCRIBE, from(ChannelKind.SHARD)).on(Command.PUBLISH, this::everywhere)
        .on(Command.SPUBLISH, this::everywhere).on(Command.PUBSUB, this::everywhere);
  }

  private SessionHandler to(ChannelKind kind) {
    return (connection, request, reply) -> subscribe(kind, connection, request, reply);
  }

  private SessionHandler from(ChannelKind kind) {
    return (connection, request, reply) -> unsubscribe(kind, connection, request, reply);
  }

  private void subscribe(ChannelKind kind, ClientConnection connection, Request request, PendingReply reply) {
    Session session = connection.session();
    OwnChannels own = session.channels();
    List<Bytes> names = names(request);
    refuseSeveralSlots(kind, connection, names);
    if (own.size() + names.stream().filter(name -> !own.has(kind, name)).distinct().count() > MAX_CHANNELS) {
      throw new RefusalException(TOO_MANY);
    }
    connection.writeMessages();
    ByteBuf out = connection.channel().alloc().buffer();
    for (Bytes name : names) {
      subscriptions.subscribe(session.table(), kind, name, connection, own);
      announce(kind.subscribed(), kind, name, session, out);
    }
    answer(reply, out);
  }

  private void unsubscribe(ChannelKind kind, ClientConnection connection, Request request,
      PendingReply reply) {
    Session session = connection.session();
    OwnChannels own = session.channels();
    List<Bytes> names = request.size() == 1 ? own.names(kind) : names(request);
    refuseSeveralSlots(kind, connection, request.size() == 1 ? List.of() : names);
    connection.writeMessages();
    ByteBuf out = connection.channel().alloc().buffer();
    for (Bytes name : names) {
      subscriptions.unsubscribe(session.table(), kind, name, connection, own);
      announce(kind.unsubscribed(), kind, name, session, out);
    }
    if (names.isEmpty()) {
      announce(kind.unsubscribed(), kind, null, session, out);
    }
    answer(reply, out);
  }

  private static List<Bytes> names(Request request) {
    List<Bytes> names = new ArrayList<>(request.size() - 1);
    for (int i = 1; i < request.size(); i++) {
      names.add(Bytes.of(request.arg(i)));
    }
    return names;
  }

  private static void refuseSeveralSlots(ChannelKind kind, ClientConnection connection, List<Bytes> names) {
    Table table = connection.table();
    if (table == null) {
      throw new RefusalException(DROPPED);
    }
    if (kind == ChannelKind.SHARD
        && names.stream().mapToInt(name -> SlotHash.slot(name.array(), table.slots())).distinct()
            .count() > 1) {
      throw new RefusalException(CROSS_SLOT);
    }
  }

  /** One for each channel, with what the session has now. */
  private static void announce(String word, ChannelKind kind, @Nullable Bytes name, Session session,
      ByteBuf out) {
    Reply named = name == null ? Reply.NIL : Reply.bulk(name.array());
    Reply count = Reply.of(session.channels().countedWith(kind));
    ReplyEncoder.write(Reply.push(List.of(Reply.bulk(word), named, count)), session.protocol(), out);
  }

  /** These are pushes: CLIENT REPLY OFF does not keep them back. */
  private static void answer(PendingReply reply, ByteBuf out) {
    reply.silent(false);
    reply.complete(Reply.raw(out));
  }

  /** Leaves all channels without a word: the session ends, or begins anew. */
  static void leave(Subscriptions subscriptions, ClientConnection connection) {
    Session session = connection.session();
    if (session.isSubscriber()) {
      subscriptions.unsubscribeAll(session.table(), connection, session.channels());
    }
  }

  /** A message that comes back to its publisher leaves before the reply that counts it. */
  private void everywhere(ClientConnection connection, Request request, PendingReply reply) {
    if (request.subCommand() == SubCommand.PUBSUB_HELP) {
      reply.complete(HelpTexts.PUBSUB);
      return;
    }
    if (connection.table() == null) {
      throw new RefusalException(DROPPED);
    }
    pubSub.run(connection.session().table(), request, connection::writeMessages, reply::complete);
  }
}
