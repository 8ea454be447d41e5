package io.pika.node.server;

import io.pika.node.pubsub.Subscriptions;
import io.pika.node.settings.OutputLimit;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Flag;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.RequestLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/** What all client connections share: registries, limits as the settings say now, clocks. Any thread. */
final class ServerContext {
  private final ClientConnections connections;
  private final Statistics statistics;
  private final SlowLog slowLog;
  private final InputBudget inputBudget;
  private final Subscriptions subscriptions;
  private final Dispatcher dispatcher;
  private final Turns turns;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private volatile Limits limits;

  /**
   * Limits of one connection.
   *
   * @param queryBufferBytes of unanswered requests
   * @param output of replies that are not fetched
   * @param messages of messages that a subscriber does not fetch
   * @param idleSeconds 0: none
   * @param longReply how long a client may take nothing more of a long reply
   */
  record Limits(RequestLimits request, long queryBufferBytes, OutputLimit output,
      OutputLimit messages, int idleSeconds, Duration longReply) {}

  ServerContext(ClientConnections connections, Statistics statistics, SlowLog slowLog,
      InputBudget inputBudget, Subscriptions subscriptions,
      Dispatcher dispatcher, Turns turns, Limits limits, Clock clock, LongSupplier nanoTime) {
    this.connections = connections;
    this.statistics = statistics;
    this.slowLog = slowLog;
    this.inputBudget = inputBudget;
    this.subscriptions = subscriptions;
    this.dispatcher = dispatcher;
    this.turns = turns;
    this.limits = limits;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Counts a command that has been answered, and remembers it if it was slow. A hot path. */
  void observe(ClientConnection connection, PendingReply pending, Reply reply, Tally tally) {
    Command command = pending.request().command();
    boolean error = reply instanceof Reply.Err;
    if (error) {
      String code = ((Reply.Err) reply).code();
      statistics.node().error(code);
      statistics.of(pending.table()).error(code);
    }
    if (command == null) {
      return;
    }
    long micros = tally.ran(pending, command, error);
    if (slowLog.isSlow(micros) && !command.has(Flag.BLOCKING) && !mayHoldAPassword(command)) {
      slowLog.add(pending.table(), pending.request(), micros, clock.millis(), connection.address(),
          connection.session().name());
    }
  }

  private static boolean mayHoldAPassword(Command command) {
    return command == Command.AUTH || command == Command.HELLO || command == Command.ACL
        || command.has(Flag.SKIP_SLOWLOG);
  }

  ClientConnections connections() {
    return connections;
  }

  Statistics statistics() {
    return statistics;
  }

  InputBudget inputBudget() {
    return inputBudget;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  Turns turns() {
    return turns;
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  Limits limits() {
    return limits;
  }

  void limits(Limits newLimits) {
    limits = newLimits;
  }
}
