package io.pika.node.replica;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pika.node.log.NodeLog;
import io.pika.proxy.peer.PeerStream;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One follower's connection to this node, with a thread of its own that reads the log for it. */
final class Shipment implements PeerStream.Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Shipment.class);
  private static final int MOST_UNREAD = 16_384;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int node;
  private final NodeLog log;
  private final PeerStream connection;
  private final LeaderStream stream;
  private final Runnable progressed;
  private final Consumer<Shipment> ended;
  private final ArrayBlockingQueue<Message> unread = new ArrayBlockingQueue<>(MOST_UNREAD);
  private volatile boolean closed;
  private volatile boolean leadershipChanged;

  /** @param progressed called when the follower may have acknowledged something */
  Shipment(int node, NodeLog log, Slots slots, LeaderStream.Leading leading, PeerStream connection,
      Runnable progressed, Consumer<Shipment> ended) {
    this.node = node;
    this.log = log;
    this.connection = connection;
    this.progressed = progressed;
    this.ended = ended;
    this.stream = new LeaderStream(log, slots, leading, LeaderStream.Limits.DEFAULT,
        message -> send(connection, message));
  }

  static void send(PeerStream connection, Message message) {
    ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer();
    MessageCodec.write(message, bytes);
    connection.send(bytes);
  }

  void start() {
    Thread.ofPlatform().name("ship-to-" + node).daemon().start(this::run);
  }

  int node() {
    return node;
  }

  LeaderStream stream() {
    return stream;
  }

  void leadershipChanged() {
    leadershipChanged = true;
    log.wakeReaders();
  }

  @Override
  public void received(ByteBuf bytes) {
    if (!unread.offer(MessageCodec.read(bytes))) {
      LOG.warn("Node {} says more than is read; closing its stream", node);
      connection.close();
    }
    log.wakeReaders();
  }

  @Override
  public void closed() {
    closed = true;
    log.wakeReaders();
  }

  void close() {
    connection.close();
    closed();
  }

  private void run() {
    try (stream) {
      while (!closed) {
        if (!turn()) {
          log.awaitAppend(() -> closed || leadershipChanged || !unread.isEmpty() || stream.hasWork(),
              LOOK_NANOS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.error("The log cannot be read for node {}; it will connect again", node, e);
    } catch (RuntimeException e) {
      LOG.error("Closing the stream to node {} over a bug", node, e);
    } finally {
      connection.close();
      ended.accept(this);
    }
  }

  private boolean turn() throws IOException {
    boolean any = false;
    for (Message next = unread.poll(); next != null; next = unread.poll()) {
      stream.receive(next);
      any = true;
    }
    if (leadershipChanged) {
      leadershipChanged = false;
      stream.checkLeadership();
    }
    any |= stream.pump();
    progressed.run();
    return any;
  }
}
