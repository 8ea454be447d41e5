package io.pika.tests.bench.load;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Many connections to one server, driven by the thread that calls. It shares the processor with the server that it measures,
 * so it does as little as it can: bytes are made ahead, replies are counted, the clock is read once for each batch. An error
 * reply ends it with an exception. A hot path: docs/performance.md says what it costs beside redis-benchmark.
 */
public final class Load implements AutoCloseable {
  private static final int READ_BYTES = 256 << 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LATENCY_DIGITS = 3;
  private static final long LATENCY_MAX_NS = Duration.ofMinutes(2).toNanos();
  /** Java waits for sockets in whole milliseconds; for less it looks again after this time. */
  private static final long NAP_NS = 30_000;

  private final Selector selector;
  private final List<Connection> connections;
  private final ByteBuffer replies = ByteBuffer.allocateDirect(READ_BYTES);

  private Load(Selector selector, List<Connection> connections) {
    this.selector = selector;
    this.connections = connections;
  }

  /** Connects to a server on this machine. */
  public static Load open(int port, int connections) throws IOException {
    Load load = new Load(Selector.open(), new ArrayList<>());
    try {
      for (int i = 0; i < connections; i++) {
        load.connections.add(Connection.open(i, port, load.selector));
      }
      return load;
    } catch (IOException trouble) {
      load.close();
      throw trouble;
    }
  }

  public int connections() {
    return connections.size();
  }

  /** Sends and waits for all replies; every request that was sent is in the outcome. */
  public Outcome run(Requests requests, Pace pace, Extent extent, LongSupplier rss) throws IOException {
    return new Run(requests, pace, extent, rss).go();
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
    selector.close();
  }

  /** One use of the connections. */
  private final class Run {
    private final Requests requests;
    private final Pace pace;
    private final long batches;
    private final Histogram latency = new Histogram(LATENCY_MAX_NS, LATENCY_DIGITS);
    private final Deque<Connection> idle = new ArrayDeque<>(Load.this.connections);
    private final long startNs = System.nanoTime();
    private final long endNs;
    private final Timeline timeline;
    private long nowNs = startNs;
    private long lastReplyNs = startNs;
    private long sent;
    private long sentBytes;
    private long answered;
    private @Nullable IOException trouble;

    private Run(Requests requests, Pace pace, Extent extent, LongSupplier rss) {
      this.requests = requests;
      this.pace = pace;
      batches = extent.requests() / requests.batch() + (extent.requests() % requests.batch() == 0 ? 0 : 1);
      endNs = startNs + extent.time().toNanos();
      timeline = new Timeline(startNs, rss);
    }

    private Outcome go() throws IOException {
      while (true) {
        sendWhatIsDue();
        boolean waiting = idle.size() < connections.size();
        if (!waiting && isOver()) {
          return new Outcome(answered, sentBytes, (lastReplyNs - startNs) / 1e9, latency, timeline.seconds(),
              timeline.longestStallNs());
        }
        receive(waiting);
      }
    }

    private boolean isOver() { return sent == batches || nowNs >= endNs; }

    private void sendWhatIsDue() throws IOException {
      while (!idle.isEmpty() && !isOver()) {
        long due = switch (pace) {
          case Pace.Closed() -> nowNs;
          case Pace.Fixed fixed -> startNs + fixed.dueNs(sent);
        };
        if (due > nowNs) {
          return;
        }
        if (idle.size() == connections.size()) {
          timeline.idleUntil(nowNs);
        }
        Connection next = idle.removeFirst();
        ByteBuffer bytes = requests.next(next.number());
        sentBytes += bytes.remaining();
        sent++;
        next.send(bytes, requests.batch(), due);
      }
    }

    private void receive(boolean waiting) throws IOException {
      int ready = switch (pace) {
        case Pace.Closed() -> selector.select(this::receive, PATIENCE.toMillis());
        case Pace.Fixed _ -> selector.selectNow(this::receive);
      };
      if (trouble != null) {
        throw trouble;
      }
      if (ready == 0) {
        nowNs = System.nanoTime();
        if (waiting && nowNs - lastReplyNs > PATIENCE.toNanos() && nowNs - startNs > PATIENCE.toNanos()) {
          throw new SocketTimeoutException("no reply for " + PATIENCE.toSeconds() + " s");
        }
        if (pace instanceof Pace.Fixed) {
          LockSupport.parkNanos(NAP_NS);
          nowNs = System.nanoTime();
        }
      }
    }

    private void receive(SelectionKey key) {
      Connection connection = (Connection) key.attachment();
      try {
        if (key.isWritable()) {
          connection.sendRest();
        }
        if (key.isReadable()) {
          receive(connection);
        }
      } catch (IOException failed) {
        trouble = failed;
      }
    }

    private void receive(Connection connection) throws IOException {
      int came = connection.receive(replies);
      nowNs = System.nanoTime();
      if (came > 0) {
        lastReplyNs = nowNs;
        answered += came;
        timeline.replies(came, nowNs);
        if (connection.isAnswered()) {
          latency.recordValueWithCount(Math.min(nowNs - connection.dueNs(), LATENCY_MAX_NS),
              requests.batch());
          idle.addLast(connection);
        }
      }
    }
  }
}
