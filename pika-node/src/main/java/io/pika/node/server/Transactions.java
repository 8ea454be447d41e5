package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.node.engine.Transaction;
import io.pika.node.store.WatchStamp;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.CommandSpec;
import io.pika.proxy.protocol.Flag;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.Scope;
import io.pika.proxy.protocol.SubCommand;
import io.pika.proxy.routing.ReplyReader;
import io.pika.proxy.routing.ReplySink;
import io.pika.proxy.routing.RouteErrors;
import io.pika.proxy.routing.SlotHash;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * MULTI, EXEC, DISCARD, WATCH and UNWATCH, as multi.c of Redis 7.0 words them. Commands are queued at the session's
 * node; EXEC sends those that have keys to their slot's leader as one request, see {@link Transaction}, and then runs
 * the others on the session. On the connection's event loop.
 */
final class Transactions {
  /** Inside of MULTI they are carried out at once. */
  private static final Set<Command> AT_ONCE = EnumSet.of(Command.MULTI, Command.EXEC, Command.DISCARD,
      Command.WATCH, Command.QUIT, Command.RESET);
  private static final Reply.Err NESTED = Reply.error("ERR MULTI calls can not be nested");
  private static final Reply.Err EXEC_ALONE = Reply.error("ERR EXEC without MULTI");
  private static final Reply.Err DISCARD_ALONE = Reply.error("ERR DISCARD without MULTI");
  private static final Reply.Err WATCH_INSIDE = Reply.error("ERR WATCH inside MULTI is not allowed");
  private static final Reply.Err ABORTED = Reply
      .error("EXECABORT Transaction discarded because of previous errors.");
  private static final Reply.Err OTHER_TABLE = Reply
      .error("ERR a transaction stays on one table; SELECT it before MULTI");
  private static final Reply.Err WATCHED_ELSEWHERE = Reply
      .error("ERR the watched keys are on another table than the transaction");
  private static final Reply.Err TOO_MANY_WATCHED = Reply
      .error("ERR a connection watches at most " + WatchedKeys.MAX_KEYS + " keys");

  /** Brings a request to the leader of a slot of the session's table. */
  interface SlotRoute {
    /** Takes over the request. */
    void send(ClientConnection connection, int slot, Request request, ReplySink sink);
  }

  private final TableAccess access;
  private final SlotRoute route;
  private final BiFunction<Session, Request, Reply.@Nullable Err> rights;

  /** @param rights what a session's user may not do any more, at EXEC */
  Transactions(TableAccess access, SlotRoute route,
      BiFunction<Session, Request, Reply.@Nullable Err> rights) {
    this.access = access;
    this.route = route;
    this.rights = rights;
  }

  /** Whether a command of this session waits for EXEC instead of running. */
  static boolean queues(Session session, Command command) {
    return session.queue() != null && !AT_ONCE.contains(command);
  }

  /** Whether EXEC may change data. */
  static boolean mayWrite(Session session) {
    TransactionQueue queue = session.queue();
    return queue != null && queue.mayWrite();
  }

  /** Whether what follows in the connection must wait for the reply: it may depend on it. */
  static boolean isAlone(Session session, Command command) {
    TransactionQueue queue = session.queue();
    return command == Command.WATCH || command == Command.EXEC && queue != null && queue.runsOnSession();
  }

  /** A request that was refused before it came here; EXEC itself ends the transaction with it. */
  Reply.Err rejected(Session session, @Nullable Command command, Reply.Err refusal) {
    TransactionQueue queue = session.queue();
    if (command == Command.EXEC) {
      session.endTransaction();
      return Transaction.aborted(refusal);
    }
    return queue == null ? refusal : queue.fail(refusal);
  }

  void multi(ClientConnection connection, Request request, PendingReply reply) {
    Session session = connection.session();
    if (session.queue() != null) {
      reply.complete(NESTED);
      return;
    }
    session.queue(new TransactionQueue());
    reply.complete(Reply.OK);
  }

  void discard(ClientConnection connection, Request request, PendingReply reply) {
    boolean open = connection.session().queue() != null;
    if (open) {
      connection.session().endTransaction();
    }
    reply.complete(open ? Reply.OK : DISCARD_ALONE);
  }

  void unwatch(ClientConnection connection, Request request, PendingReply reply) {
    connection.session().watched(null);
    reply.complete(Reply.OK);
  }

  /** A command between MULTI and EXEC. */
  Reply queue(ClientConnection connection, Request request, Command command) {
    Session session = connection.session();
    TransactionQueue queue = session.queue();
    Table table = connection.table();
    if (queue == null || table == null) {
      return RouteErrors.DROPPED;
    }
    SubCommand subCommand = request.subCommand();
    CommandSpec row = subCommand == null ? command.spec() : subCommand.spec();
    Reply.Err refusal = refusal(session, request, row);
    if (refusal != null) {
      return queue.fail(refusal);
    }
    boolean onSession = row.scope() == Scope.SESSION;
    int slot = TransactionQueue.NO_SLOT;
    for (int position : onSession ? new int[0] : KeyFinder.keyPositions(request)) {
      int own = SlotHash.slot(request.arg(position), table.slots());
      if (slot != TransactionQueue.NO_SLOT && slot != own) {
        return queue.fail(RouteErrors.CROSS_SLOT);
      }
      slot = own;
    }
    Reply reply = queue.add(request, onSession, slot, row.mayWrite());
    session.queueChanged();
    return reply;
  }

  /** What Redis would queue and we do not. */
  private Reply.@Nullable Err refusal(Session session, Request request, CommandSpec row) {
    Command command = request.command();
    boolean subscribes = row.flags().contains(Flag.PUBSUBS) && row.flags().contains(Flag.NOSCRIPT);
    if (row.scope() == Scope.TABLE || command == Command.AUTH || command == Command.HELLO
        || request.subCommand() == SubCommand.CLIENT_REPLY || subscribes) {
      return Reply.error("ERR '" + row.redisName() + "' cannot run in a transaction");
    }
    if (command == Command.SELECT) {
      Table named = access.find(request.text(1));
      return named != null && named.id() == session.table() ? null : OTHER_TABLE;
    }
    return null;
  }

  void watch(ClientConnection connection, Request request, PendingReply reply) {
    Session session = connection.session();
    Table table = connection.table();
    if (session.queue() != null) {
      reply.complete(WATCH_INSIDE);
      return;
    }
    WatchedKeys before = session.watched();
    int keys = request.size() - 1;
    if (table == null || keys + (before == null ? 0 : before.size()) > WatchedKeys.MAX_KEYS) {
      reply.complete(table == null ? RouteErrors.DROPPED : TOO_MANY_WATCHED);
      return;
    }
    int[] slots = new int[keys];
    Arrays.setAll(slots, i -> SlotHash.slot(request.arg(i + 1), table.slots()));
    if (Arrays.stream(slots).anyMatch(slot -> slot != slots[0])) {
      reply.complete(RouteErrors.CROSS_SLOT);
      return;
    }
    WatchedKeys watched = before == null ? new WatchedKeys(table.id(), slots[0]) : before;
    if (watched.table() != table.id() || watched.slot() != slots[0]) {
      watched.crossSlots();
      reply.complete(Reply.OK);
      return;
    }
    session.watched(watched);
    route.send(connection, slots[0], request.retain().retain(),
        stamps -> connection.onLoop(() -> watching(session, watched, request, stamps, reply)));
  }

  private static void watching(Session session, WatchedKeys watched, Request request, Reply answer,
      PendingReply reply) {
    int keys = request.size() - 1;
    Reply opened = ReplyReader.open(answer);
    if (opened instanceof Reply.Bulk(byte[] stamps) && stamps.length == keys * WatchStamp.BYTES) {
      for (int i = 0; i < keys; i++) {
        int from = i * WatchStamp.BYTES;
        watched.add(request.arg(i + 1), Arrays.copyOfRange(stamps, from, from + WatchStamp.BYTES));
      }
      opened = Reply.OK;
    } else if (watched.size() == 0 && session.watched() == watched) {
      // Nothing is watched, so nothing ties the next transaction to this slot.
      session.watched(null);
    }
    request.release();
    reply.complete(opened);
  }

  /** @param onSession runs those commands of the transaction that have no slot */
  void exec(ClientConnection connection, SessionHandler onSession, PendingReply reply) {
    Session session = connection.session();
    TransactionQueue queue = session.queue();
    if (queue == null) {
      reply.complete(EXEC_ALONE);
      return;
    }
    WatchedKeys watched = session.watched();
    if (session.user() != null) {
      queue.recheck(queued -> rights.apply(session, queued));
    }
    session.endTransaction();
    Reply.Err refusal = refusal(session, queue, watched);
    if (refusal != null) {
      reply.complete(refusal);
      return;
    }
    TransactionReplies replies = new TransactionReplies(connection, queue, onSession, reply);
    if (watched == null && !queue.runsInSlot()) {
      replies.reply(Reply.EMPTY_ARRAY);
      return;
    }
    int slot = watched == null ? Math.max(queue.slot(), 0) : watched.slot();
    String user = session.user();
    Request transaction = Transaction.encode(watched == null ? new byte[0] : watched.encode(),
        user == null ? queue.inSlot() : queue.inSlotAs(user, session.clientInfo()));
    route.send(connection, slot, transaction, queue.runsOnSession() ? replies : reply);
  }

  private static Reply.@Nullable Err refusal(Session session, TransactionQueue queue,
      @Nullable WatchedKeys watched) {
    if (queue.isFailed()) {
      return ABORTED;
    }
    if (watched == null) {
      return queue.crossesSlots() ? RouteErrors.CROSS_SLOT : null;
    }
    if (watched.table() != session.table()) {
      return WATCHED_ELSEWHERE;
    }
    boolean together = !queue.crossesSlots() && !watched.crossesSlots()
        && (queue.slot() == TransactionQueue.NO_SLOT || queue.slot() == watched.slot());
    return together ? null : RouteErrors.CROSS_SLOT;
  }
}
