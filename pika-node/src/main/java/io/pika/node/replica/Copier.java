package io.pika.node.replica;

import io.netty.buffer.ByteBuf;
import io.pika.core.model.NodeInfo;
import io.pika.core.topology.Topology;
import io.pika.node.copy.Chunk;
import io.pika.node.copy.Contents;
import io.pika.node.copy.CopyException;
import io.pika.node.copy.CopyTarget;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.SlotRebuild;
import io.pika.node.store.SlotSummary;
import io.pika.node.store.Store;
import io.pika.node.store.StoreException;
import io.pika.node.store.TableGoneException;
import io.pika.proxy.peer.PeerStream;
import io.pika.proxy.peer.PeerStreams;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies slots of which the replica here cannot go on from its leader's log, one after the other, on a thread of its own. Those that
 * one node leads come over one connection, as long as there are any. While it
 * is copied, and until that has come to its end, a replica is nobody's: it takes no record and counts for nothing, also
 * after a crash. What fails is tried again, as long as it is wanted.
 */
final class Copier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Copier.class);
  private static final long DEADLINE_SECONDS = 30;
  private static final long FIRST_PAUSE_MS = 500;
  private static final long LONGEST_PAUSE_MS = 15_000;
  private static final int MOST_UNREAD = 8;
  /** From here on a copy is told of in the log. */
  private static final long LARGE_BYTES = 16 << 20;

  private final Store store;
  private final Topology topology;
  private final Epochs epochs;
  private final PeerStreams peers;
  private final BiConsumer<Integer, Slot> done;
  private final Thread thread = Thread.ofPlatform().name("copy-slots").daemon().unstarted(this::run);
  /** What is needed, oldest first; guarded by itself. */
  private final Map<Slot, Wanted> wanted = new LinkedHashMap<>();
  private boolean stopped;
  private volatile @Nullable Connection current;
  private final LongAdder copied = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  /** Nodes that give nothing for now, and until when; guarded by what is wanted. */
  private final Map<Integer, Long> away = new HashMap<>();

  /** Nothing is to be had from that node now, whatever the slot. */
  private static final class AwayException extends IOException {
    private static final long serialVersionUID = 1;

    AwayException(String message) {
      super(message);
    }
  }

  /** @param notBeforeNanos when it may be tried, after it has failed so many times */
  private record Wanted(int leader, long epoch, int failures, long notBeforeNanos) {}

  /**
   * Counts.
   *
   * @param waiting slots that are to be copied, with the one that is
   * @param copied slots, since the start
   * @param failed tries that came to nothing, since the start
   * @param bytes of contents that were taken, since the start
   */
  record Stats(int waiting, long copied, long failed, long bytes) {}

  private static final class Connection implements PeerStream.Receiver {
    final int leader;
    final CompletableFuture<PeerStream> opened = new CompletableFuture<>();
    final ArrayBlockingQueue<CopyMessage> unread = new ArrayBlockingQueue<>(MOST_UNREAD);
    volatile boolean lost;

    Connection(int leader) {
      this.leader = leader;
    }

    PeerStream.Receiver begun(PeerStream stream) {
      opened.complete(stream);
      return this;
    }

    @Override
    public void received(ByteBuf message) {
      if (!unread.offer(CopyMessage.read(message))) {
        lost = true;
      }
    }

    @Override
    public void closed() {
      lost = true;
    }

    void failed() {
      opened.completeExceptionally(new IOException("it is not reached"));
    }

    void send(CopyMessage message) throws IOException {
      CopyMessage.send(stream(), message);
    }

    private PeerStream stream() throws IOException {
      try {
        return opened.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new AwayException("it is not reached");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("stopped");
      }
    }

    CopyMessage next() throws IOException {
      try {
        for (int second = 0; second < DEADLINE_SECONDS; second++) {
          CopyMessage message = unread.poll(lost ? 0 : 1, TimeUnit.SECONDS);
          if (message instanceof CopyMessage.Sorry(CopyMessage.Why why)) {
            throw why == CopyMessage.Why.BUSY
                ? new AwayException("it gives to others")
                : new IOException("it says " + why);
          }
          if (message != null) {
            return message;
          }
          if (lost) {
            throw new AwayException("the connection is lost");
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new AwayException("it says nothing for " + DEADLINE_SECONDS + " seconds");
    }

    void close() {
      if (opened.isDone() && !opened.isCompletedExceptionally()) {
        opened.join().close();
      }
    }
  }

  /** @param done hears of a slot that is whole, and of the node that leads it */
  Copier(Store store, Topology topology, Epochs epochs, PeerStreams peers, BiConsumer<Integer, Slot> done) {
    this.store = store;
    this.topology = topology;
    this.epochs = epochs;
    this.peers = peers;
    this.done = done;
  }

  void start() {
    thread.start();
  }

  /** A slot is to be copied. One that is wanted already is wanted from this leader now. */
  void want(Slot slot, int leader, long epoch) {
    synchronized (wanted) {
      Wanted known = wanted.get(slot);
      if (known == null || known.epoch < epoch) {
        wanted.put(slot, new Wanted(leader, epoch, 0, System.nanoTime()));
        wanted.notifyAll();
      }
    }
  }

  Stats stats() {
    int waiting;
    synchronized (wanted) {
      waiting = wanted.size();
    }
    return new Stats(waiting, copied.sum(), failed.sum(), bytes.sum());
  }

  private void run() {
    try {
      for (Map.Entry<Slot, Wanted> next = take(); next != null; next = take()) {
        try {
          copyOnce(next.getKey(), next.getValue());
        } catch (IOException | CopyException | StoreException | TableGoneException e) {
          hangUp();
          again(next.getKey(), next.getValue(), e);
        } catch (RuntimeException e) {
          LOG.error("A copy failed: a bug", e);
          hangUp();
          again(next.getKey(), next.getValue(), e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hangUp();
    }
  }

  /** The oldest that may be tried, if there is one of whom there is a connection to, which stays wanted; null: it is time to stop. */
  private Map.@Nullable Entry<Slot, Wanted> take() throws InterruptedException {
    synchronized (wanted) {
      while (!stopped) {
        long now = System.nanoTime();
        long first = Long.MAX_VALUE;
        Map.Entry<Slot, Wanted> oldest = null;
        for (Map.Entry<Slot, Wanted> each : wanted.entrySet()) {
          long left = Math.max(each.getValue().notBeforeNanos - now,
              away.getOrDefault(each.getValue().leader, now) - now);
          if (left <= 0 && isConnected(each.getValue().leader)) {
            return Map.entry(each.getKey(), each.getValue());
          }
          if (left <= 0 && oldest == null) {
            oldest = Map.entry(each.getKey(), each.getValue());
          }
          first = Math.min(first, left);
        }
        if (oldest != null) {
          return oldest;
        }
        hangUp();
        if (first == Long.MAX_VALUE) {
          wanted.wait();
        } else {
          TimeUnit.NANOSECONDS.timedWait(wanted, first);
        }
      }
      return null;
    }
  }

  private void copyOnce(Slot slot, Wanted what) throws IOException, CopyException {
    NodeInfo node = topology.node(what.leader);
    if (node == null || !epochs.follows(slot, what.leader, what.epoch)) {
      forget(slot, what);
      return;
    }
    copy(connect(node), slot, what);
    forget(slot, what);
    copied.increment();
    done.accept(what.leader, slot);
  }

  private boolean isConnected(int leader) {
    Connection open = current;
    return open != null && open.leader == leader && !open.lost;
  }

  private Connection connect(NodeInfo node) {
    Connection open = current;
    if (open != null && isConnected(node.id())) {
      return open;
    }
    hangUp();
    Connection connection = new Connection(node.id());
    current = connection;
    peers.open(node, connection::begun, connection::failed);
    return connection;
  }

  private void hangUp() {
    Connection open = current;
    if (open != null) {
      current = null;
      open.close();
    }
  }

  private void copy(Connection connection, Slot slot, Wanted what) throws IOException, CopyException {
    long began = System.nanoTime();
    connection.send(new CopyMessage.Want(slot, what.epoch));
    if (!(connection.next() instanceof CopyMessage.Begin(SlotSummary summary))) {
      throw new IOException("it gives something that was not asked for");
    }
    // Who has promised to follow another leader, or has been led by one, keeps what it has.
    SlotRebuild rebuild = SlotRebuild.begin(store, slot.table(), slot.slot(),
        newest -> newest <= what.epoch && epochs.admits(slot, what.epoch));
    if (rebuild == null) {
      throw new IOException("another node leads the slot now");
    }
    CopyTarget target = new CopyTarget(rebuild);
    while (!target.complete()) {
      connection.send(new CopyMessage.Next());
      if (!(connection.next() instanceof CopyMessage.Piece(Chunk chunk))) {
        throw new IOException("it gives something that was not asked for");
      }
      target.take(chunk);
      bytes.add(chunk.bytes().length);
    }
    if (!(connection.next() instanceof CopyMessage.Given(Contents given))) {
      throw new IOException("it gives something that was not asked for");
    }
    if (!epochs.admits(slot, what.epoch)) {
      throw new IOException("another node leads the slot now");
    }
    target.finish(summary, given);
    if (given.bytes() >= LARGE_BYTES) {
      LOG.info("Copied table {} slot {} from node {}: {} keys, {} bytes in {} ms", slot.table(), slot.slot(),
          what.leader, summary.keys(), given.bytes(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }
  }

  private void forget(Slot slot, Wanted what) {
    synchronized (wanted) {
      wanted.remove(slot, what);
    }
  }

  private void again(Slot slot, Wanted what, Exception why) {
    failed.increment();
    long pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(what.failures, 10));
    LOG.warn("Copying table {} slot {} from node {} failed, it is tried again in {} ms: {}", slot.table(),
        slot.slot(),
        what.leader, pauseMs, why.getMessage());
    synchronized (wanted) {
      if (why instanceof AwayException) {
        away.put(what.leader, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FIRST_PAUSE_MS));
      }
      // Behind all others; unless somebody else leads it by now.
      if (wanted.remove(slot, what)) {
        wanted.put(slot, new Wanted(what.leader, what.epoch, what.failures + 1,
            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs)));
      }
    }
  }

  /** No more is copied when it returns. */
  @Override
  public void close() throws InterruptedException {
    synchronized (wanted) {
      stopped = true;
      wanted.notifyAll();
    }
    Connection open = current;
    if (open != null) {
      open.lost = true;
      open.unread.offer(new CopyMessage.Sorry(CopyMessage.Why.FAILED));
    }
    if (thread.isAlive()) {
      thread.join();
    }
  }
}
