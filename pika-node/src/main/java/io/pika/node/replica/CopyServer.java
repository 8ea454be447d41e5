package io.pika.node.replica;

import io.netty.buffer.ByteBuf;
import io.pika.node.copy.Chunk;
import io.pika.node.copy.CopyRate;
import io.pika.node.copy.CopySource;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.SlotImage;
import io.pika.node.store.Store;
import io.pika.node.store.StoreException;
import io.pika.node.store.TableGoneException;
import io.pika.proxy.peer.PeerStream;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives slots that this node leads to nodes that cannot go on from its log: piece by piece, as they ask for them, each connection on
 * a thread of its own. All connections together keep to one rate.
 */
final class CopyServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CopyServer.class);
  /** Connections at once: each has an image open, for which RocksDB keeps what was overwritten since. */
  private static final int MOST = 4;
  private static final int CHUNK_BYTES = 1 << 20;
  /** More is never on the way of what may be asked for. */
  private static final int MOST_UNREAD = 4;
  /** Somebody who asks for nothing for so long is gone. */
  private static final long PATIENCE_SECONDS = 60;

  private final Store store;
  private final IntFunction<LeaderStream.Leading> leading;
  private final CopyRate rate;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final LongAdder bytes = new LongAdder();
  private volatile boolean closed;

  /** @param leading what this node leads of which another one, that is named, has a replica */
  CopyServer(Store store, IntFunction<LeaderStream.Leading> leading, CopyRate rate) {
    this.store = store;
    this.leading = leading;
    this.rate = rate;
  }

  /** Bytes of contents that were given, since the start. */
  long bytes() {
    return bytes.sum();
  }

  int running() {
    return sessions.size();
  }

  /** A node's connection, whose first message is still to be given to the receiver. */
  PeerStream.Receiver accept(int node, PeerStream connection) {
    Session session = new Session(node, connection);
    if (closed || sessions.size() >= MOST) {
      CopyMessage.send(connection, new CopyMessage.Sorry(CopyMessage.Why.BUSY));
      session.ended = true;
      return session;
    }
    sessions.add(session);
    Thread.ofPlatform().name("copy-to-" + node).daemon().start(session);
    return session;
  }

  private final class Session implements PeerStream.Receiver, Runnable {
    private final int node;
    private final PeerStream connection;
    private final ArrayBlockingQueue<CopyMessage> unread = new ArrayBlockingQueue<>(MOST_UNREAD);
    private volatile boolean ended;
    private volatile long heldFrom = Long.MAX_VALUE;
    private long newestFrom = Long.MAX_VALUE;
    private @Nullable CopySource source;
    private byte @Nullable [] after;

    Session(int node, PeerStream connection) {
      this.node = node;
      this.connection = connection;
    }

    @Override
    public void received(ByteBuf message) {
      if (!ended && !unread.offer(CopyMessage.read(message))) {
        LOG.warn("Node {} asks for more than it may; closing its copies", node);
        ended = true;
        connection.close();
      }
    }

    @Override
    public void closed() {
      ended = true;
      // Who waits for the next one wakes up, and makes room for another connection.
      unread.offer(new CopyMessage.Sorry(CopyMessage.Why.FAILED));
    }

    @Override
    public void run() {
      try {
        CopyMessage next = unread.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        while (next != null && !ended) {
          answer(next);
          next = poll();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (SlotImage.ClosedException | TableGoneException | StoreException e) {
        LOG.warn("A copy for node {} ends: {}", node, e.getMessage());
        CopyMessage.send(connection, new CopyMessage.Sorry(CopyMessage.Why.FAILED));
      } catch (RuntimeException e) {
        LOG.error("Closing the copies of node {} over a bug", node, e);
      } finally {
        closeSource();
        sessions.remove(this);
        holdLog();
        connection.close();
      }
    }

    private @Nullable CopyMessage poll() throws InterruptedException {
      for (int second = 0; second < PATIENCE_SECONDS && !ended; second++) {
        CopyMessage next = unread.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          return next;
        }
      }
      return null;
    }

    private void answer(CopyMessage asked) {
      switch (asked) {
        case CopyMessage.Want(Slot slot, long epoch) -> begin(slot, epoch);
        case CopyMessage.Next _ -> give();
        case CopyMessage.Begin _,CopyMessage.Piece _,CopyMessage.Given _,CopyMessage.Sorry _ ->
          throw new IllegalArgumentException("who needs a copy said what only its leader says");
      }
    }

    private void begin(Slot slot, long epoch) {
      closeSource();
      if (!leading.apply(node).leads(slot, epoch)) {
        CopyMessage.send(connection, new CopyMessage.Sorry(CopyMessage.Why.NOT_LED));
        return;
      }
      // What was copied before this may not follow the log yet.
      heldFrom = Math.min(newestFrom, store.log().endPosition());
      newestFrom = store.log().endPosition();
      holdLog();
      CopySource opened = new CopySource(store.images().take(slot.table(), slot.slot()), CHUNK_BYTES);
      source = opened;
      after = null;
      CopyMessage.send(connection, new CopyMessage.Begin(opened.summary()));
    }

    private void give() {
      CopySource open = source;
      if (open == null) {
        throw new IllegalArgumentException("nothing is being copied");
      }
      Chunk chunk = open.next(after);
      after = open.furthest();
      bytes.add(chunk.bytes().length);
      LockSupport.parkNanos(rate.reserve(chunk.bytes().length));
      CopyMessage.send(connection, new CopyMessage.Piece(chunk));
      if (chunk.last()) {
        CopyMessage.send(connection, new CopyMessage.Given(open.given()));
        closeSource();
      }
    }

    private void closeSource() {
      CopySource open = source;
      source = null;
      if (open != null) {
        open.close();
      }
    }
  }

  /** What was written since the oldest copy began is wanted next. */
  private void holdLog() {
    store.log().hold(sessions.stream().mapToLong(session -> session.heldFrom).min().orElse(Long.MAX_VALUE));
  }

  @Override
  public void close() {
    closed = true;
    sessions.forEach(session -> {
      session.ended = true;
      session.connection.close();
    });
  }
}
