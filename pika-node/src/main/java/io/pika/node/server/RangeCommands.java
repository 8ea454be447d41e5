package io.pika.node.server;

import io.pika.node.command.KeyRangeOptions;
import io.pika.node.command.ScanOptions;
import io.pika.node.engine.RangeExecutor;
import io.pika.node.engine.RangeTask;
import io.pika.node.engine.Workers;
import io.pika.node.store.KeyRange.Order;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands over a whole table (DBSIZE, FLUSHDB, KEYS, RANDOMKEY, SCAN, PKSCANRANGE, ...) for a part of its slots: reads
 * their arguments and runs them on a bounded pool.
 */
final class RangeCommands {
  private static final Logger LOG = LoggerFactory.getLogger(RangeCommands.class);
  private static final Reply.Err OVERLOADED = Reply
      .error("TRYAGAIN this node works on too many commands over whole tables");
  private static final Reply.Err FAILED = Reply.error("ERR internal error");

  private final RangeExecutor executor;
  private final Workers pool;
  private final Workers longPool;
  private final RandomGenerator random;

  /**
   * @param pool refuses work when it is full, or the table's share of it
   * @param longPool the same, for what takes long and nobody waits for
   * @param random called from several threads
   */
  RangeCommands(RangeExecutor executor, Workers pool, Workers longPool, RandomGenerator random) {
    this.executor = executor;
    this.pool = pool;
    this.longPool = longPool;
    this.random = random;
  }

  /** The request stays the caller's until the task's reply, which comes on another thread, or at once if it is an error. */
  void run(RangeTask task, Request request) {
    boolean isLong = request.command() == Command.DBSIZE && request.size() > 1;
    if (!(isLong ? longPool : pool).offer(task.table(), () -> runNow(task, request))) {
      task.reply().done(OVERLOADED);
    }
  }

  /** A client's own, and not what nodes ask of each other in its name. */
  static boolean isWait(Request request) {
    return request.command() == Command.WAIT && request.size() == 3;
  }

  private void runNow(RangeTask task, Request request) {
    try {
      Command command = request.command();
      Args args = new Args(request, 1);
      switch (command) {
        case COMPACT, COMPACTRANGE -> compact(task, command, args);
        case DBSIZE -> count(task, args);
        case FLUSHDB, FLUSHALL -> flush(task, args);
        case KEYS -> executor.keys(task, ScanOptions.matching(args.takeBytes()));
        case RANDOMKEY -> executor.randomKey(task, random);
        case SCAN -> scan(task, args);
        case SCANX -> executor.ordered(task, KeyRangeOptions.parseFrom(args));
        case PKSCANRANGE -> executor.ordered(task, KeyRangeOptions.parse(args, Order.UP));
        case PKRSCANRANGE -> executor.ordered(task, KeyRangeOptions.parse(args, Order.DOWN));
        case PKPATTERNMATCHDEL -> executor.delete(task, ScanOptions.matchingOfType(args));
        case WAIT -> executor.whenFollowed(task, (int) args.takeLong(), args.takeLong());
        case SLOTSINFO -> executor.countBySlot(task, (int) args.takeLong(), (int) args.takeLong());
        case null, default -> throw new IllegalStateException(request + " does not run over a table");
      }
    } catch (RefusalException refused) {
      task.reply().done(refused.reply());
    } catch (RuntimeException bug) {
      LOG.error("{} failed", request, bug);
      task.reply().done(FAILED);
    }
  }

  /** Keys of all types, and all their elements, lie together by slot: what is named less is only checked. */
  private void compact(RangeTask task, Command command, Args args) {
    if (args.hasNext() && !args.takeIf("ALL")) {
      KeyRangeOptions.checkType(args.takeText());
    }
    if (command == Command.COMPACTRANGE) {
      args.takeBytes();
      args.takeBytes();
    }
    args.expectEnd();
    executor.compact(task);
  }

  /** Behind DBSIZE is a word only in what nodes ask of each other. */
  private void count(RangeTask task, Args args) {
    if (args.hasNext()) {
      executor.countByType(task);
    } else {
      executor.count(task);
    }
  }

  private void flush(RangeTask task, Args args) {
    boolean known = !args.hasNext() || args.takeIf("ASYNC") || args.takeIf("SYNC");
    if (!known || args.hasNext()) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    executor.flush(task);
  }

  private void scan(RangeTask task, Args args) {
    long cursor;
    try {
      cursor = Long.parseUnsignedLong(args.takeText());
    } catch (NumberFormatException notANumber) {
      throw new RefusalException("ERR invalid cursor");
    }
    ScanOptions options = ScanOptions.parse(args);
    executor.scan(task, cursor, options.count(), options.filter());
  }
}
