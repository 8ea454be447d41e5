package io.pika.node.server;

import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.SlotTask;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Ends the turns of an event loop's connections when it has read all sockets that were ready. Commands of several clients then run
 * together: one set of locks and one append to the log for all of them, where each has brought few. A hot path. Any loop.
 */
final class Turns {
  /** More commands than this hold many slots for long, and gain nothing: an append costs as much as some commands. */
  private static final int MOST_TOGETHER = 64;
  private static final long MOST_BYTES = 256 << 10;

  private final SlotExecutor executor;
  private final ConcurrentHashMap<Executor, Loop> loops = new ConcurrentHashMap<>();

  Turns(SlotExecutor executor) {
    this.executor = executor;
  }

  /** On the connection's loop: it has read, and its turn may end when the others have. */
  void end(ClientConnection connection) {
    Executor loop = connection.channel().eventLoop();
    Loop known = loops.get(loop);
    (known == null ? loops.computeIfAbsent(loop, Loop::new) : known).add(connection);
  }

  /** What one loop has read. */
  private final class Loop {
    private final Executor loop;
    private Set<ClientConnection> ready = new LinkedHashSet<>();

    Loop(Executor loop) {
      this.loop = loop;
    }

    void add(ClientConnection connection) {
      ready.add(connection);
      if (ready.size() > 1) {
        return;
      }
      try {
        // Behind the sockets that are ready.
        loop.execute(this::end);
      } catch (RejectedExecutionException stopping) {
        end();
      }
    }

    private void end() {
      Set<ClientConnection> turn = ready;
      ready = new LinkedHashSet<>();
      try {
        if (turn.size() > 1) {
          runTogether(turn);
        }
      } catch (RuntimeException | Error e) {
        // Nobody knows whose commands have run.
        turn.forEach(connection -> failed(connection, e));
        return;
      }
      turn.forEach(Turns::endTurn);
    }
  }

  private static void failed(ClientConnection connection, Throwable why) {
    connection.channel().pipeline().fireExceptionCaught(why);
  }

  private static void endTurn(ClientConnection connection) {
    try {
      connection.endTurn();
    } catch (RuntimeException | Error e) {
      failed(connection, e);
    }
  }

  private void runTogether(Set<ClientConnection> turn) {
    List<CommandBatch> batches = new ArrayList<>();
    List<SlotTask> tasks = new ArrayList<>();
    long bytes = 0;
    for (ClientConnection connection : turn) {
      CommandBatch batch = connection.batch();
      if (!batch.mayJoin() || !connection.hasOutputRoom()) {
        continue;
      }
      bytes += batch.bytes();
      if (tasks.size() + batch.size() > MOST_TOGETHER || bytes > MOST_BYTES) {
        run(batches, tasks);
        batches.clear();
        tasks = new ArrayList<>();
        bytes = batch.bytes();
      }
      batches.add(batch);
      batch.join(tasks);
    }
    run(batches, tasks);
  }

  /** What is not run here, is when each connection ends its turn. */
  private void run(List<CommandBatch> batches, List<SlotTask> tasks) {
    if (batches.size() < 2) {
      return;
    }
    int left = executor.runTogether(tasks);
    for (CommandBatch batch : batches) {
      int taken = Math.min(left, batch.size());
      left -= taken;
      batch.ran(taken);
    }
  }
}
