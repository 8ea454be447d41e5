package io.pika.node.server;

import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.Scope;
import io.pika.proxy.routing.Router;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each request of a connection through the checks to the place where its command runs: on the session, in one
 * slot, cut into several, or over the whole table. Runs on the connections' event loops.
 */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  /** They change what later commands mean: nothing may be under way when they run, nothing overtakes them. */
  private static final Set<Command> BARRIERS = EnumSet.of(Command.AUTH, Command.HELLO, Command.SELECT,
      Command.RESET);
  /** Run alone, see {@link Subscribing}. */
  private static final Set<Command> SUBSCRIBING = EnumSet.of(Command.SUBSCRIBE, Command.UNSUBSCRIBE,
      Command.PSUBSCRIBE, Command.PUNSUBSCRIBE, Command.SSUBSCRIBE, Command.SUNSUBSCRIBE);
  private static final Set<Command> PUBLISHING = EnumSet.of(Command.PUBLISH, Command.SPUBLISH);
  private static final Reply.Err FAILED = Reply
      .error("ERR this command failed inside the server; the log says why");

  /** What the connection does after a request was offered. */
  enum Next {
    GO_ON,
    /** The request was taken; the next one waits for its reply. */
    WAIT,
    /** The request was not taken: offer it again when all before it have been answered. */
    WHEN_ALL_ANSWERED,
    /** The request was not taken: the table is paused, offer it again in a while. */
    WHEN_NOT_PAUSED,
    /** The request was taken and was the last one. */
    CLOSE
  }

  /** Where commands on keys go: all of a session's, in order. */
  interface KeyCommands {
    /** @param reply has its own hold on the request */
    void run(ClientConnection connection, Request request, PendingReply reply);
  }

  private final CommandChecks checks;
  private final Pauses pauses;
  private final Statistics statistics;
  private final KeyCommands keys;
  private final Transactions transactions;
  private final WaitingCommands waiting;
  private final BooleanSupplier messagesBusy;
  private final Map<Command, SessionHandler> handlers = new EnumMap<>(Command.class);

  /** @param messagesBusy whether a publisher should wait for the answers to what it has published before */
  Dispatcher(CommandChecks checks, Pauses pauses, Statistics statistics, KeyCommands keys,
      Transactions transactions, WaitingCommands waiting, BooleanSupplier messagesBusy) {
    this.checks = checks;
    this.pauses = pauses;
    this.statistics = statistics;
    this.keys = keys;
    this.messagesBusy = messagesBusy;
    this.transactions = transactions;
    this.waiting = waiting;
  }

  /** Binds a command of {@link Scope#SESSION}. */
  Dispatcher on(Command command, SessionHandler handler) {
    if (command.scope() != Scope.SESSION || handlers.put(command, handler) != null) {
      throw new IllegalStateException(
          command.redisName() + " is bound twice, or does not run on the session");
    }
    return this;
  }

  Set<Command> bound() {
    return handlers.keySet();
  }

  /** Whether the session may use its table; until then its requests are short. */
  boolean admits(Session session) {
    return checks.admits(session);
  }

  Next dispatch(ClientConnection connection, Request request) {
    Session session = connection.session();
    Reply.Err refusal = checks.refusal(session, request);
    Command command = request.command();
    if (refusal != null || command == null) {
      reject(connection, request,
          transactions.rejected(session, command, refusal == null ? FAILED : refusal));
      return Next.GO_ON;
    }
    if (isHeldByPause(session, request, command)) {
      return Next.WHEN_NOT_PAUSED;
    }
    if (Transactions.queues(session, command)) {
      connection.expectReply(request).complete(transactions.queue(connection, request, command));
      return Next.GO_ON;
    }
    boolean alone = Router.isBarrier(command) || Router.isOverSeveralSlots(connection.table(), request)
        || BARRIERS.contains(command) || SUBSCRIBING.contains(command) || command == Command.WAIT
        || WaitingCommands.mayWait(request);
    if (alone && connection.hasUnanswered() || PUBLISHING.contains(command) && mustWait(connection)) {
      return Next.WHEN_ALL_ANSWERED;
    }
    boolean waits = alone || Transactions.isAlone(session, command);
    connection.ran(command, request.subCommand());
    runNow(connection, request, connection.expectReply(request));
    if (command == Command.QUIT) {
      return Next.CLOSE;
    }
    return waits ? Next.WAIT : Next.GO_ON;
  }

  /** Runs a request that has passed the checks; whatever goes wrong is its reply. */
  void runNow(ClientConnection connection, Request request, PendingReply reply) {
    Command command = request.command();
    if (command == null) {
      throw new IllegalArgumentException("an unknown command does not pass the checks");
    }
    try {
      run(connection, command, request, reply);
    } catch (RefusalException refused) {
      reply.complete(refused.reply());
    } catch (RuntimeException bug) {
      LOG.error("{} failed", command.redisName(), bug);
      reply.complete(FAILED);
    }
  }

  /** Whoever gets a message sees what its publisher has written before it. */
  private boolean mustWait(ClientConnection publisher) {
    return publisher.hasUnansweredCommands() || publisher.hasUnanswered() && messagesBusy.getAsBoolean();
  }

  /** Logging in and what ends a pause is never held. */
  private boolean isHeldByPause(Session session, Request request, Command command) {
    boolean write = request.mayWrite() || command == Command.EXEC && Transactions.mayWrite(session);
    boolean never = command.scope() == Scope.SESSION
        && (BARRIERS.contains(command) || command == Command.CLIENT || command == Command.QUIT);
    return !never && pauses.holds(session.table(), write);
  }

  private void reject(ClientConnection connection, Request request, Reply.Err refusal) {
    Command command = request.command();
    Counters table = statistics.of(connection.session().table());
    if (command != null) {
      statistics.node().rejected(command);
      table.rejected(command);
    }
    connection.expectReply(request).complete(refusal);
  }

  private void run(ClientConnection connection, Command command, Request request, PendingReply reply) {
    switch (command.scope()) {
      case KEY, TABLE -> {
        if (WaitingCommands.mayWait(request)) {
          waiting.run(connection, request, reply);
        } else {
          keys.run(connection, request, reply);
        }
      }
      case SESSION -> {
        SessionHandler handler = handlers.get(command);
        if (handler == null) {
          throw new IllegalStateException("no handler is bound to " + command.redisName());
        }
        handler.run(connection, request, reply);
      }
    }
  }
}
