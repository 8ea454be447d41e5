package io.pika.node.replica;

import io.netty.buffer.ByteBuf;
import io.pika.core.model.NodeInfo;
import io.pika.core.topology.Topology;
import io.pika.node.log.LogException;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.NodeLog;
import io.pika.proxy.peer.PeerStream;
import io.pika.proxy.peer.PeerStreams;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows one leading node: connects to it, again when the connection is lost, and takes what it sends. A thread of its own. */
final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  /** A leader sends so many bytes without an answer; as messages, they are far fewer. */
  private static final int MOST_UNREAD = 16_384;
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 2_000;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final int leader;
  private final Topology topology;
  private final Epochs epochs;
  private final NodeLog log;
  private final Slots slots;
  private final Copies copies;
  private final PeerStreams peers;
  private final Thread thread;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile @Nullable Connection current;

  private sealed interface Event {}

  private record Got(Message message) implements Event {}

  /** A slot is whole. */
  private record Copied(Slot slot) implements Event {}

  private enum Sign implements Event {
    /** Which slots are to be followed. */
    CHANGED, LOST
  }

  private final class Connection implements PeerStream.Receiver {
    private final ArrayBlockingQueue<Event> events = new ArrayBlockingQueue<>(MOST_UNREAD);
    private volatile @Nullable PeerStream stream;
    private volatile @Nullable FollowerStream follower;
    private volatile boolean lost;

    /** Called on the event loop. */
    PeerStream.Receiver begun(PeerStream opened) {
      follower = new FollowerStream(leader, log, slots, epochs, copies,
          message -> Shipment.send(opened, message));
      stream = opened;
      tell(Sign.CHANGED);
      return this;
    }

    void tell(Event event) {
      if (!events.offer(event)) {
        LOG.warn("Node {} sends more than was asked for; closing its stream", leader);
        lost();
      }
    }

    @Override
    public void received(ByteBuf message) {
      tell(new Got(MessageCodec.read(message)));
    }

    @Override
    public void closed() {
      lost();
    }

    void lost() {
      lost = true;
      events.offer(Sign.LOST);
      PeerStream open = stream;
      if (open != null) {
        open.close();
      }
    }
  }

  Follower(int leader, Topology topology, Epochs epochs, NodeLog log, Slots slots, Copies copies,
      PeerStreams peers) {
    this.leader = leader;
    this.topology = topology;
    this.epochs = epochs;
    this.log = log;
    this.slots = slots;
    this.copies = copies;
    this.peers = peers;
    this.thread = Thread.ofPlatform().name("follow-" + leader).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void changed() {
    Connection connection = current;
    if (connection != null) {
      connection.tell(Sign.CHANGED);
    }
  }

  /** A slot that needed a copy has got it. */
  void copied(Slot slot) {
    Connection connection = current;
    if (connection != null) {
      connection.tell(new Copied(slot));
    }
  }

  /** Null: not connected. */
  @Nullable
  FollowerStream stream() {
    Connection connection = current;
    return connection == null || connection.lost ? null : connection.follower;
  }

  private void run() {
    long pauseMs = FIRST_PAUSE_MS;
    try {
      do {
        boolean worked = followOnce();
        pauseMs = worked ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      } while (!stop.await(pauseMs, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the connection is lost. Whether there was one. */
  private boolean followOnce() throws InterruptedException {
    NodeInfo node = topology.node(leader);
    if (node == null) {
      return false;
    }
    Connection connection = new Connection();
    current = connection;
    peers.open(node, connection::begun, connection::lost);
    try {
      work(connection);
    } catch (LogException e) {
      LOG.error("Records of node {} cannot be taken, it is tried again: {}", leader, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Closing the stream from node {} over a bug", leader, e);
    } finally {
      current = null;
      connection.lost();
    }
    return connection.stream != null;
  }

  private void work(Connection connection) throws InterruptedException, LogException {
    long retriedAt = System.nanoTime();
    while (!connection.lost && stop.getCount() > 0) {
      Event event = connection.events.poll(RETRY_NANOS, TimeUnit.NANOSECONDS);
      FollowerStream follower = connection.follower;
      if (follower == null || connection.lost) {
        continue;
      }
      switch (event) {
        case Got got -> follower.receive(got.message());
        case Copied(Slot slot) -> follower.copied(slot);
        case Sign.CHANGED -> follower.want(epochs.followedOf(leader));
        case Sign.LOST -> LOG.info("The stream from node {} is lost", leader);
        case null -> {
        }
      }
      if (System.nanoTime() - retriedAt > RETRY_NANOS) {
        retriedAt = System.nanoTime();
        follower.retry();
      }
    }
  }

  /** Not by an interrupt: that would close the log's file if it is just written. */
  void stop() {
    stop.countDown();
    Connection connection = current;
    if (connection != null) {
      connection.lost();
    }
  }

  /** After {@link #stop}: returns when nothing is taken any more. */
  void awaitEnd() throws InterruptedException {
    thread.join();
  }
}
